"""The honesty report: how much of the published hours somebody was really there."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import defaultdict
from typing import TYPE_CHECKING

from aspa.kit import clock
from aspa.service.staffing.models import StaffedDay

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aspa.core.inboxes.models import Inbox

DAYS = 30


# A bar of the chart is 14 wide and 60 high, with a gap of 6.
STEP, HEIGHT = 20, 60


@dataclasses.dataclass(frozen=True, slots=True)
class Bar:
    """A day in the chart; the staffed part stands on the ground."""

    day: StaffedDay
    x: int
    y: int
    height: int


@dataclasses.dataclass(frozen=True, slots=True)
class Honesty:
    """Of one inbox over the last `DAYS` days. `share`: staffed of the open time, None when it was never open.

    `days_alone`: the newest open days in a row on which nobody came at all.
    """

    inbox: Inbox
    share: float | None
    open_hours: float
    days: list[StaffedDay]
    days_alone: int

    @property
    def width(self) -> int:
        return DAYS * STEP

    @property
    def bars(self) -> list[Bar]:
        heights = [round(HEIGHT * day.share) for day in self.days]
        return [
            Bar(day, number * STEP, HEIGHT - height, height)
            for number, (day, height) in enumerate(zip(self.days, heights, strict=True))
        ]


def honesty(inboxes: Sequence[Inbox]) -> list[Honesty]:
    """A line for each inbox; its days oldest first."""
    since = clock.now().date() - dt.timedelta(days=DAYS)
    by_inbox: defaultdict[int, list[StaffedDay]] = defaultdict(list)
    for day in StaffedDay.objects.filter(inbox__in=inboxes, date__gte=since, open_seconds__gt=0).order_by("date"):
        by_inbox[day.inbox_id].append(day)
    return [_of(inbox, by_inbox[inbox.pk]) for inbox in inboxes]


def _of(inbox: Inbox, days: list[StaffedDay]) -> Honesty:
    opened, staffed = sum(day.open_seconds for day in days), sum(day.staffed_seconds for day in days)
    alone = 0
    while alone < len(days) and not days[-1 - alone].staffed_seconds:
        alone += 1
    return Honesty(inbox, staffed / opened if opened else None, opened / 3600, days, alone)
