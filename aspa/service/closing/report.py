"""How conversations ended over the last month, by way and, for the exceptions, by agent."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from aspa.core.conversations.models import Conversation
from aspa.kit import clock
from aspa.service.closing.models import EndedDay, ExceptionalEnding

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from aspa.core.conversations.models import Event
    from aspa.core.inboxes.models import Inbox
    from aspa.core.people.models import Agent

How = Conversation.ClosedHow

DAYS = 30
NEWEST = 50
# What an agent did, or a rule.
EXCEPTIONS = (How.SPAM, How.ABUSE, How.DUPLICATE, How.MERGED)


@dataclasses.dataclass(frozen=True, slots=True)
class Way:
    """One way of ending; `share` of all endings, 0 to 1."""

    how: How
    count: int
    share: float


@dataclasses.dataclass(frozen=True, slots=True)
class ByAgent:
    """Whose exceptions; without an agent those of rules and of people who have left. `counts` in the order of EXCEPTIONS."""

    agent: Agent | None
    counts: list[int]

    @property
    def total(self) -> int:
        return sum(self.counts)


@dataclasses.dataclass(frozen=True, slots=True)
class Endings:
    total: int
    ways: list[Way]
    by_agent: list[ByAgent]


def endings(inboxes: Sequence[Inbox]) -> Endings:
    """All ways, also those that didn't happen; the agents with the most exceptions first."""
    by_way: Counter[str] = Counter()
    by_agent: defaultdict[Agent | None, Counter[str]] = defaultdict(Counter)
    for day in days(inboxes):
        by_way[day.how] += day.count
        if day.how in EXCEPTIONS:
            by_agent[day.agent][day.how] += day.count
    total = by_way.total()
    ways = [Way(how, by_way[how], by_way[how] / total if total else 0.0) for how in How]
    lines = [ByAgent(agent, [counts[how] for how in EXCEPTIONS]) for agent, counts in by_agent.items()]
    return Endings(total, ways, sorted(lines, key=lambda line: -line.total))


def days(inboxes: Sequence[Inbox]) -> list[EndedDay]:
    """What was counted, the newest first."""
    since = clock.now().date() - dt.timedelta(days=DAYS)
    counted = EndedDay.objects.filter(inbox__in=inboxes, date__gte=since).select_related("inbox__brand", "agent")
    counted = counted.defer("inbox__settings", "inbox__brand__identity_secret")
    return list(counted.order_by("-date", "inbox", "how", "agent"))


def newest_exceptions(inbox_ids: Collection[int]) -> list[Event]:
    """The newest endings that weren't the customer's, with their conversations; `data` says how and why."""
    found = ExceptionalEnding.objects.filter(inbox__in=inbox_ids).order_by("-event")
    found = found.select_related("event__agent", "event__conversation__brand")
    return [ending.event for ending in found.defer("event__conversation__brand__identity_secret")[:NEWEST]]
