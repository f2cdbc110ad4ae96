"""How a conversation's countdowns run, from one event to the next: all the arithmetic, and nothing of the database.

A countdown of a reply runs while the customer waits, in opening time. The one of the solution runs while the conversation
is ours: it stands still while the customer is waited for or the conversation is snoozed, and goes on after a reopening.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING

from aspa.core.conversations.models import Event
from aspa.service.sla.models import REPLIES, Countdown, Kind, Policy, Standing

if TYPE_CHECKING:
    from aspa.service.hours.schedule import Schedule

NOTHING = dt.timedelta()
E = Event.Kind
MOVES = (E.MERGED, E.UNMERGED, E.SPLIT)
FOLLOWED = (
    E.RECEIVED, E.REPLIED, E.DELIVERY, E.NOT_SOLVED, E.WOKEN, E.ENDED, E.REOPENED, E.SET_ASIDE,
    E.WAITING, E.SOLVED_ASKED, E.SNOOZED, *MOVES,
    E.PRIORITISED, E.REASON_SET, E.IDENTIFIED, E.SLA_WARNED, E.SLA_BREACHED, E.ACTIVITY, E.BOT_ANSWERED,
    E.HANDED_OVER,
)  # fmt: skip


@dataclasses.dataclass(frozen=True, slots=True)
class Happening:
    """An event that matters here; an activity only when it is the customer's thanks.

    `target`: of which kind of countdown it tells. `arrived`: what became of a reply.
    """

    kind: str
    at: dt.datetime
    message_id: int = 0
    target: str = ""
    arrived: bool | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Now:
    """The conversation as it is: what isn't told by events, after messages have moved between conversations."""

    status: str
    waiting_since: dt.datetime | None
    created_at: dt.datetime
    is_answered: bool


@dataclasses.dataclass(frozen=True, slots=True)
class Outcome:
    """Something to count on the local day of `at`: how many were met in time and breached.

    `took` is the opening time until a first reply, of which `replies` are counted; -1 takes one back.
    """

    policy_id: int
    kind: str
    at: dt.datetime
    met: int = 0
    breached: int = 0
    replies: int = 0
    took: dt.timedelta = NOTHING


@dataclasses.dataclass
class Course:
    """A conversation's countdowns by their kind, changed in place by what happens; whoever has it stores them afterwards.

    `policy` None: none applies, and no countdown begins. `outcomes` collects how those ended that did, for the figures.
    """

    standing: Standing
    countdowns: dict[str, Countdown]
    policy: Policy | None
    schedule: Schedule
    outcomes: list[Outcome] = dataclasses.field(default_factory=list)

    def __post_init__(self) -> None:
        # The kinds that there were, to know which are gone.
        self.before = frozenset(self.countdowns)

    def apply(self, happened: Happening, now: Now | None = None) -> None:
        """What an event does. `now` is asked for after MOVES."""
        self._break_due(happened.at)
        at = happened.at
        match happened.kind:
            case E.RECEIVED | E.NOT_SOLVED | E.HANDED_OVER:
                self._customer_waits(at)
            case E.REPLIED:
                self._answered(at, happened.message_id)
            case E.DELIVERY if happened.arrived is not None:
                self._delivery(happened)
            case E.ACTIVITY:
                self.standing.waiting_since = None
            case E.WAITING | E.SOLVED_ASKED | E.BOT_ANSWERED:
                # Also a bare "thanks" leads here: no answer is owed to it. A bot's answer is nobody's reply, and the
                # next word is the customer's.
                self.standing.waiting_since = None
                self._pause(at)
            case E.SNOOZED:
                self._pause(at)
            case E.WOKEN:
                self._go_on(at)
            case E.ENDED:
                self._ended(at)
            case E.SET_ASIDE:
                self._set_aside(at)
            case E.REOPENED:
                self._reopened(at)
            case E.MERGED | E.UNMERGED | E.SPLIT if now is not None:
                self._moved(at, now)
            case E.SLA_WARNED | E.SLA_BREACHED:
                self._told(happened)
        self.reckon()

    def settle(self, at: dt.datetime) -> None:
        """Nothing has happened but that time has passed, or policies and hours have changed."""
        self.reckon()
        self._break_due(at)

    def reckon(self) -> None:
        """Start what is to run under the policy, drop what isn't, and say when each is due."""
        standing = self.standing
        for kind in Kind:
            countdown, target = self.countdowns.get(kind), self.policy.target(kind) if self.policy else None
            if countdown is not None and countdown.met_at is not None and not self._begins_anew(countdown):
                continue
            started = self._started(kind)
            if target is None or started is None:
                self.countdowns.pop(kind, None)
                continue
            assert self.policy is not None
            if countdown is None or self._begins_anew(countdown):
                countdown = self._new(countdown, kind, started)
            countdown.policy = self.policy
            since = standing.waiting_since if kind in REPLIES else standing.open_since
            worked = NOTHING if kind in REPLIES else standing.worked
            self._time(countdown, target, None if standing.is_over else since, worked)

    def mark_told(self, countdown: Countdown, at: dt.datetime) -> str:
        """Note that somebody is told of it now; returns of what: SLA_WARNED, SLA_BREACHED, or "" for nothing new."""
        self._break_due(at)
        if countdown.breached_at is not None:
            if countdown.told_at is not None:
                return ""
            countdown.told_at, countdown.next_at = at, None
            return E.SLA_BREACHED
        if countdown.warned_at is not None or countdown.next_at is None or countdown.next_at > at:
            return ""
        countdown.warned_at, countdown.next_at = at, countdown.due_at
        return E.SLA_WARNED

    # What events do

    def _customer_waits(self, at: dt.datetime) -> None:
        self.standing.began_at = self.standing.began_at or at
        self.standing.waiting_since = self.standing.waiting_since or at
        self._go_on(at)

    def _answered(self, at: dt.datetime, message_id: int) -> None:
        kind = Kind.NEXT_REPLY if self.standing.is_answered else Kind.FIRST_REPLY
        countdown = self.countdowns.get(kind)
        if self.standing.waiting_since is not None and countdown is not None:
            self._meet(countdown, at, message_id)
        self.standing.waiting_since, self.standing.is_answered = None, True
        self._go_on(at)

    def _delivery(self, happened: Happening) -> None:
        """A reply that didn't arrive answered nothing; one that arrives after all does."""
        of_reply = [self.countdowns[kind] for kind in REPLIES if kind in self.countdowns]
        countdown = next((one for one in of_reply if one.met_by == happened.message_id), None)
        if happened.arrived:
            if countdown is not None and countdown.met_at is None:
                self._answered(happened.at, happened.message_id)
        elif countdown is not None and countdown.met_at is not None:
            self._take_back(countdown)
            self.standing.waiting_since = countdown.started_at
            self.standing.is_answered = countdown.kind != Kind.FIRST_REPLY
        else:
            self.standing.waiting_since = self.standing.waiting_since or happened.at
        if not happened.arrived:
            self._go_on(happened.at)

    def _go_on(self, at: dt.datetime) -> None:
        if self.standing.began_at is not None and not self.standing.is_over:
            self.standing.open_since = self.standing.open_since or at

    def _pause(self, at: dt.datetime) -> None:
        if self.standing.open_since is not None:
            self.standing.worked += self.schedule.open_between(self.standing.open_since, at)
            self.standing.open_since = None

    def _ended(self, at: dt.datetime) -> None:
        """By the customer's word or by announced silence: it is solved, and nobody waits for a reply."""
        self._pause(at)
        self.standing.is_over, self.standing.waiting_since = True, None
        solution = self.countdowns.get(Kind.RESOLUTION)
        if solution is not None and solution.met_at is None:
            self._meet(solution, at, 0)

    def _set_aside(self, at: dt.datetime) -> None:
        """Spam, abuse or a duplicate: nothing runs, and nothing has been met."""
        self._pause(at)
        self.standing.is_over = True

    def _reopened(self, at: dt.datetime) -> None:
        self.standing.is_over = False
        solution = self.countdowns.get(Kind.RESOLUTION)
        if solution is not None and solution.met_at is not None:
            self._take_back(solution)
        self._go_on(at)

    def _moved(self, at: dt.datetime, now: Now) -> None:
        standing = self.standing
        standing.began_at = standing.began_at or now.created_at
        standing.waiting_since, standing.is_answered = now.waiting_since, now.is_answered
        standing.is_over = now.status == "closed"
        self._go_on(at) if now.status == "open" else self._pause(at)

    def _told(self, happened: Happening) -> None:
        countdown = self.countdowns.get(happened.target)
        if countdown is not None and happened.kind == E.SLA_WARNED:
            countdown.warned_at = countdown.warned_at or happened.at
        elif countdown is not None:
            countdown.told_at = countdown.told_at or happened.at

    # One countdown

    def _started(self, kind: Kind) -> dt.datetime | None:
        """Since when a countdown of this kind counts; None when none does."""
        standing = self.standing
        if standing.is_over and kind not in self.countdowns:
            return None
        if kind == Kind.RESOLUTION:
            return standing.began_at
        return standing.waiting_since if (kind == Kind.NEXT_REPLY) == standing.is_answered else None

    def _begins_anew(self, countdown: Countdown) -> bool:
        """A reply met the last one, and the customer has written again."""
        started = self._started(Kind(countdown.kind))
        return countdown.kind in REPLIES and started is not None and started != countdown.started_at

    def _new(self, before: Countdown | None, kind: Kind, started: dt.datetime) -> Countdown:
        countdown = Countdown(conversation_id=self.standing.conversation_id, kind=kind, started_at=started)
        countdown.pk = before.pk if before else None
        self.countdowns[kind] = countdown
        return countdown

    def _time(
        self, countdown: Countdown, target: dt.timedelta, since: dt.datetime | None, worked: dt.timedelta
    ) -> None:
        if since is None:
            countdown.due_at = countdown.next_at = None
            countdown.left = max(NOTHING, target - worked)
            return
        countdown.left = None
        countdown.due_at = countdown.breached_at or self.schedule.after(since, target - worked)
        if countdown.told_at is not None:
            countdown.next_at = None
        elif countdown.breached_at is not None or countdown.warned_at is not None:
            countdown.next_at = countdown.due_at
        else:
            assert self.policy is not None
            warned_after = target * self.policy.warn_percent / 100 - worked
            countdown.next_at = self.schedule.after(since, max(NOTHING, warned_after))

    def _break_due(self, at: dt.datetime) -> None:
        """Note what had become late before `at`. What happens at the very moment is in time."""
        for countdown in self.countdowns.values():
            running = countdown.met_at is None and countdown.breached_at is None
            if running and countdown.due_at is not None and countdown.due_at < at:
                countdown.breached_at = countdown.due_at
                self.outcomes.append(Outcome(countdown.policy_id, countdown.kind, countdown.due_at, breached=1))

    def _meet(self, countdown: Countdown, at: dt.datetime, message_id: int) -> None:
        countdown.met_at, countdown.met_by, countdown.next_at, countdown.left = at, message_id, None, None
        self._count_met(countdown, 1)

    def _take_back(self, countdown: Countdown) -> None:
        self._count_met(countdown, -1)
        countdown.met_at = None

    def _count_met(self, countdown: Countdown, by: int) -> None:
        """One that was late has been counted as that; how long a first reply took is counted all the same."""
        assert countdown.met_at is not None
        replies = by if countdown.kind == Kind.FIRST_REPLY else 0
        took = self.schedule.open_between(countdown.started_at, countdown.met_at) if replies else NOTHING
        met = by if countdown.breached_at is None else 0
        self.outcomes.append(
            Outcome(countdown.policy_id, countdown.kind, countdown.met_at, met=met, replies=replies, took=took)
        )
