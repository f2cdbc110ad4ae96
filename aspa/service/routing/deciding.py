"""Who gets which conversation: a pure decision over frozen values, the same for the same values, that says its reasons.

The queue is served in the order of `turn`, the moment of entering less a head start for tier and priority: a head start
is finite, so whoever waits long enough is next. Of those who can take a conversation first comes the agent who knows
the customer, then the teams', then who speaks the customer's language; of these whoever has least to do, or whose turn
it is.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from aspa.service.routing.present import AVAILABLE

# Of how many others it is kept why it wasn't them.
CONSIDERED = 12


@dataclasses.dataclass(frozen=True, slots=True)
class Room:
    """How many conversations somebody has, and how many they have room for."""

    taken: int
    most: int

    @property
    def left(self) -> int:
        return max(0, self.most - self.taken)

    @property
    def share(self) -> float:
        return self.taken / self.most if self.most else 1.0


@dataclasses.dataclass(frozen=True, slots=True)
class Candidate:
    """An agent who is there. `inboxes` are those in which they may answer, None all of them.

    `languages` are empty when nobody recorded them: then none counts against them. `is_asked`: an offer waits for
    their answer.
    """

    agent: int
    state: str = AVAILABLE
    inboxes: frozenset[int] | None = frozenset()
    teams: frozenset[int] = frozenset()
    skills: frozenset[int] = frozenset()
    languages: frozenset[str] = frozenset()
    live: Room = Room(0, 0)
    other: Room = Room(0, 0)
    given_at: dt.datetime | None = None
    is_asked: bool = False

    def may(self, inbox: int) -> bool:
        return self.inboxes is None or inbox in self.inboxes

    def speaks(self, language: str) -> bool:
        return not self.languages or not language or language in self.languages

    def room(self, *, is_live: bool) -> Room:
        return self.live if is_live else self.other

    @property
    def is_free(self) -> bool:
        """For a live chat or for another conversation."""
        return not self.hindered(is_live=True) or not self.hindered(is_live=False)

    def hindered(self, *, is_live: bool) -> str:
        """Why they can't take another one just now, or nothing."""
        if self.state != AVAILABLE:
            return self.state
        if not self.room(is_live=is_live).left:
            return "full"
        return "offered" if self.is_asked else ""


@dataclasses.dataclass(frozen=True, slots=True)
class Case:
    """A conversation in the queue. `skills` are needed; `asked` are agents who didn't take it, in order.

    `team` is the team that it was moved to; `home` the inbox's own, which comes first but keeps nobody waiting for it
    while somebody else has room: customers were told that there is. The team of a `segment` that the customer belongs to
    stands in its place.
    """

    conversation: int
    inbox: int
    turn: dt.datetime
    entered_at: dt.datetime
    is_live: bool = True
    language: str = ""
    team: int | None = None
    home: int | None = None
    skills: frozenset[int] = frozenset()
    known: int | None = None
    asked: tuple[int, ...] = ()
    segment: str = ""

    @property
    def needs(self) -> tuple[object, ...]:
        """What is the same for cases that the same agents can take."""
        return self.inbox, self.is_live, self.language, self.team, self.skills


@dataclasses.dataclass(frozen=True, slots=True)
class Manner:
    """How an inbox gives out. `speaks`: only to who speaks the language. `in_turn`: round robin, else least busy."""

    is_offered: bool = False
    in_turn: bool = False
    speaks: bool = False
    known_for: dt.timedelta = dt.timedelta()


@dataclasses.dataclass(frozen=True, slots=True)
class Decision:
    """`agent` None: it goes on waiting, at least until `again_at` when that is set.

    `because` are codes (`core/conversations/because.py`); `others` say by agent why it wasn't them.
    """

    case: Case
    agent: int | None = None
    because: tuple[str, ...] = ()
    others: Mapping[int, str] = dataclasses.field(default_factory=dict)
    room: Room = Room(0, 0)
    again_at: dt.datetime | None = None


def decide(case: Case, candidates: Iterable[Candidate], manner: Manner, now: dt.datetime) -> Decision:
    """To whom this one goes."""
    choice = _Choice(case, manner, [one for one in candidates if one.may(case.inbox)])
    choice.keep(lambda one: case.skills <= one.skills, "skill", because="skills" if case.skills else "")
    if manner.speaks:
        choice.keep(lambda one: one.speaks(case.language), "language", because="language")
    known = next((one for one in choice.pool if one.agent == case.known and one.agent not in case.asked), None)
    if known is not None and known.state == AVAILABLE:
        if not known.hindered(is_live=case.is_live):
            return choice.falls_on(known, "known")
        if now < case.entered_at + manner.known_for:
            return Decision(case, again_at=case.entered_at + manner.known_for)
    choice.keep_team()
    choice.keep_free()
    choice.keep_fresh()
    if case.team is None and case.home is not None:
        choice.prefer(lambda one: case.home in one.teams, "team", because="team")
    if not manner.speaks and case.language:
        choice.prefer(lambda one: one.speaks(case.language), "language", because="language")
    return choice.falls_on_first()


def plan(
    cases: Iterable[Case], candidates: Collection[Candidate], manners: Mapping[int, Manner], now: dt.datetime, most: int
) -> list[Decision]:
    """Serve the queue in its order, at most so many decisions: each takes its agent's room from the next."""
    there = {one.agent: one for one in candidates}
    decisions: list[Decision] = []
    # Needs that nobody free can meet: agents only become less free from here on.
    stuck: set[tuple[object, ...]] = set()
    # Usually few of many: they alone are asked whether deciding is worth while.
    free = {one.agent for one in candidates if one.is_free}
    for case in sorted(cases, key=lambda one: (one.turn, one.conversation)):
        if len(decisions) == most:
            break
        if case.needs in stuck and not case.asked and not _is_free(there.get(case.known or 0), case):
            continue
        if not any(_is_free(there[agent], case) for agent in free):
            stuck.add(case.needs)
            continue
        manner = manners[case.inbox]
        decision = decide(case, there.values(), manner, now)
        if decision.agent is not None:
            decisions.append(decision)
            after = there[decision.agent] = _after(there[decision.agent], case, manner, now)
            if not after.is_free:
                free.discard(after.agent)
        elif decision.again_at is None and not case.asked:
            stuck.add(case.needs)
    return decisions


class _Choice:
    """The candidates who are left, and why the others aren't."""

    def __init__(self, case: Case, manner: Manner, pool: list[Candidate]) -> None:
        self.case, self.manner, self.pool = case, manner, pool
        self.others: dict[int, str] = {}
        self.because: list[str] = []

    def keep(self, fits: Callable[[Candidate], bool], otherwise: str, *, because: str = "") -> None:
        """Only those who fit."""
        left = [one for one in self.pool if fits(one)]
        if len(left) < len(self.pool):
            kept = {one.agent for one in left}
            self.others |= {one.agent: otherwise for one in self.pool if one.agent not in kept}
        if because and (len(left) < len(self.pool) or because == "skills"):
            self.because.append(because)
        self.pool = left

    def prefer(self, fits: Callable[[Candidate], bool], otherwise: str, *, because: str = "") -> None:
        """Those who fit, if there are any."""
        if any(fits(one) for one in self.pool):
            self.keep(fits, otherwise, because=because)

    def keep_team(self) -> None:
        """The team's own while one of them takes conversations and hasn't turned this one down; else anybody."""
        team, asked = self.case.team, self.case.asked
        if team is not None and any(
            team in one.teams and one.state == AVAILABLE and one.agent not in asked for one in self.pool
        ):
            self.keep(lambda one: team in one.teams, "team", because="team")

    def keep_free(self) -> None:
        for one in self.pool:
            why = one.hindered(is_live=self.case.is_live)
            if why:
                self.others[one.agent] = why
        self.pool = [one for one in self.pool if one.agent not in self.others]

    def keep_fresh(self) -> None:
        """Who wasn't asked yet; else anybody but the last one who was; else even that one."""
        asked = self.case.asked
        if asked:
            self.prefer(lambda one: one.agent not in asked, "asked")
            self.prefer(lambda one: one.agent != asked[-1], "asked")

    def falls_on_first(self) -> Decision:
        if not self.pool:
            return Decision(self.case, others=self.others)
        if len(self.pool) == 1:
            return self.falls_on(self.pool[0], "")
        first = min(self.pool, key=self._turn if self.manner.in_turn else self._business)
        self.keep(lambda one: one is first, "later")
        return self.falls_on(first, "turn" if self.manner.in_turn else "least")

    def falls_on(self, one: Candidate, because: str) -> Decision:
        reasons = [*([because] if because == "known" else []), *self.because]
        reasons += [because] if because not in ("", "known") else []
        others = dict(list(self.others.items())[:CONSIDERED])
        room = one.room(is_live=self.case.is_live)
        return Decision(self.case, one.agent, (*reasons, "room"), others, room)

    def _business(self, one: Candidate) -> tuple[float, float, int]:
        return one.room(is_live=self.case.is_live).share, *self._turn(one)

    def _turn(self, one: Candidate) -> tuple[float, int]:
        """Who got nothing for longest comes first."""
        return one.given_at.timestamp() if one.given_at else 0.0, one.agent


def _is_free(one: Candidate | None, case: Case) -> bool:
    if one is None or not one.may(case.inbox) or not case.skills <= one.skills:
        return False
    return not one.hindered(is_live=case.is_live)


def _after(one: Candidate, case: Case, manner: Manner, now: dt.datetime) -> Candidate:
    """The candidate once the case is theirs. An offered one takes its room too: it may be accepted."""
    changed: dict[str, Any] = {"given_at": now, "is_asked": one.is_asked or manner.is_offered}
    kind = "live" if case.is_live else "other"
    room = one.room(is_live=case.is_live)
    changed[kind] = Room(room.taken + 1, room.most)
    return dataclasses.replace(one, **changed)
