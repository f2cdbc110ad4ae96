"""What came of the bots' talks over the last month, read from the counters alone."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING

from django.db.models import Sum

from aspa.kit import clock
from aspa.service.bot.models import BotDay

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

    from aspa.core.inboxes.models import Inbox

DAYS = 30
COUNTS = (
    "talks", "answered", "helped", "misses", "handed_over", "taken", "humans", "soon", "human_seconds",
)  # fmt: skip


@dataclasses.dataclass(frozen=True, slots=True)
class Line:
    """Of one chat. `inbox` None: of all of them together."""

    inbox: Inbox | None
    talks: int = 0
    answered: int = 0
    helped: int = 0
    misses: int = 0
    handed_over: int = 0
    taken: int = 0
    humans: int = 0
    soon: int = 0
    human_seconds: int = 0

    @property
    def to_human(self) -> int | None:
        """Seconds from asking for a person to that person's first answer, on the average; None without any."""
        return round(self.human_seconds / self.humans) if self.humans else None

    @property
    def waiting(self) -> int:
        """Handed over, and no person has answered yet."""
        return max(0, self.handed_over - self.humans)

    @property
    def untold(self) -> int:
        """Answered, and the customer neither said that it helped nor went on to a person: nobody knows."""
        return max(0, self.answered - self.helped - self.handed_over - self.taken)


def lines(inboxes: Iterable[Inbox]) -> list[Line]:
    """Chats with talks, the most talks first."""
    by_id = {inbox.pk: inbox for inbox in inboxes}
    sums = {f"all_{name}": Sum(name) for name in COUNTS}
    counted = _days(by_id).values("inbox").annotate(**sums)
    found = [Line(by_id[row["inbox"]], *(row[f"all_{name}"] for name in COUNTS)) for row in counted.order_by("inbox")]
    return sorted(found, key=lambda line: -line.talks)


def days(inboxes: Iterable[Inbox]) -> Iterable[BotDay]:
    """Every counted day of them, for a spreadsheet."""
    among = _days([inbox.pk for inbox in inboxes]).select_related("inbox__brand")
    return among.defer("inbox__settings", "inbox__brand__identity_secret").order_by("date", "inbox")


def _days(inbox_ids: Iterable[int]) -> QuerySet[BotDay]:
    return BotDay.objects.filter(inbox__in=list(inbox_ids), date__gte=clock.now().date() - dt.timedelta(days=DAYS))
