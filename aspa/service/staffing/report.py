"""The honesty report: how much of the published hours somebody was really there, by inbox, day and week."""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
from collections import defaultdict
from typing import TYPE_CHECKING, Protocol

from aspa.kit import clock
from aspa.service.hours import calendars
from aspa.service.staffing.models import Gap, StaffedDay

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from aspa.core.inboxes.models import Inbox

DAYS = 30
WEEKS = 12
DAY = dt.timedelta(days=1)

# A bar of the chart is 14 wide and 60 high, with a gap of 6.
STEP, HEIGHT = 20, 60


class Kept(Protocol):
    """What a bar shows."""

    @property
    def date(self) -> dt.date: ...

    @property
    def share(self) -> float: ...


@dataclasses.dataclass(frozen=True, slots=True)
class Bar:
    """A day or a week in the chart; the staffed part stands on the ground."""

    of: Kept
    x: int
    y: int
    height: int


@dataclasses.dataclass(frozen=True, slots=True)
class Week:
    """From the Monday `date` on. `longest_gap`: in a row with nobody there, zero when somebody always was."""

    date: dt.date
    open_seconds: int
    staffed_seconds: int
    days_alone: int
    longest_gap: dt.timedelta

    @property
    def number(self) -> int:
        """Of the year, as calendars here count (ISO 8601)."""
        return self.date.isocalendar().week

    @property
    def open_hours(self) -> float:
        return self.open_seconds / 3600

    @property
    def share(self) -> float:
        return self.staffed_seconds / self.open_seconds


@dataclasses.dataclass(frozen=True, slots=True)
class Honesty:
    """Of one inbox. `days` are those of the last `DAYS` on which it was open, `weeks` those of the last `WEEKS`.

    `share`: staffed of the open time of these days, None when it was never open. `days_alone`: the newest open days in
    a row on which nobody came at all, `most_days_alone` the most in these weeks. `longest_gap` is the longest absence
    that began within these days.
    """

    inbox: Inbox
    share: float | None
    open_hours: float
    days: list[StaffedDay]
    days_alone: int
    most_days_alone: int
    longest_gap: Gap | None
    weeks: list[Week]

    @property
    def width(self) -> int:
        return DAYS * STEP

    @property
    def weeks_width(self) -> int:
        return WEEKS * STEP

    @property
    def bars(self) -> list[Bar]:
        return list(_bars(self.days))

    @property
    def week_bars(self) -> list[Bar]:
        return list(_bars(self.weeks))


def honesty(inboxes: Sequence[Inbox]) -> list[Honesty]:
    """A line for each inbox; its days and weeks oldest first."""
    days, gaps = counted(inboxes)
    return [_of(inbox, days[inbox.pk], gaps[inbox.pk]) for inbox in inboxes]


def counted(inboxes: Sequence[Inbox]) -> tuple[dict[int, list[StaffedDay]], dict[int, dict[dt.date, Gap]]]:
    """By inbox, over `WEEKS` whole weeks and this one: the days on which it was open, oldest first, and the longest gap
    that began on each of them. Dates are those of the brand."""
    days: defaultdict[int, list[StaffedDay]] = defaultdict(list)
    gaps: defaultdict[int, dict[dt.date, Gap]] = defaultdict(dict)
    by_id = {inbox.pk: inbox for inbox in inboxes}
    first = {inbox.pk: _first_day(inbox) for inbox in inboxes}
    since = min(first.values(), default=clock.now().date())
    for day in StaffedDay.objects.filter(inbox__in=by_id, date__gte=since, open_seconds__gt=0).order_by("date"):
        if day.date >= first[day.inbox_id]:
            days[day.inbox_id].append(day)
    midnight = dt.datetime.combine(since - DAY, dt.time(), dt.UTC)
    for gap in Gap.objects.filter(inbox__in=by_id, end__gt=midnight).order_by("start"):
        date = gap.start.astimezone(calendars.timezone_of(by_id[gap.inbox_id].brand)).date()
        known = gaps[gap.inbox_id].get(date)
        if known is None or gap.length > known.length:
            gaps[gap.inbox_id][date] = gap
    return days, gaps


def _first_day(inbox: Inbox) -> dt.date:
    today = _today(inbox)
    return min(today - today.weekday() * DAY - WEEKS * 7 * DAY, today - DAYS * DAY)


def _today(inbox: Inbox) -> dt.date:
    return clock.now().astimezone(calendars.timezone_of(inbox.brand)).date()


def _of(inbox: Inbox, all_days: list[StaffedDay], gaps: dict[dt.date, Gap]) -> Honesty:
    since = _today(inbox) - DAYS * DAY
    days = [day for day in all_days if day.date > since]
    opened, staffed = sum(day.open_seconds for day in days), sum(day.staffed_seconds for day in days)
    runs = list(_runs_alone(all_days))
    recent = [gap for date, gap in gaps.items() if date > since]
    return Honesty(
        inbox,
        staffed / opened if opened else None,
        opened / 3600,
        days,
        runs[-1] if runs and not all_days[-1].staffed_seconds else 0,
        max(runs, default=0),
        max(recent, key=lambda gap: gap.length, default=None),
        list(_weeks(all_days, gaps))[-WEEKS:],
    )


def _runs_alone(days: Iterable[StaffedDay]) -> Iterator[int]:
    """How many open days in a row nobody came at all, each time it happened."""
    for is_alone, run in itertools.groupby(days, lambda day: not day.staffed_seconds):
        if is_alone:
            yield len(list(run))


def _weeks(days: Iterable[StaffedDay], gaps: dict[dt.date, Gap]) -> Iterator[Week]:
    for monday, group in itertools.groupby(days, lambda day: day.date - day.date.weekday() * DAY):
        week = list(group)
        lengths = [gap.length for date, gap in gaps.items() if monday <= date < monday + 7 * DAY]
        yield Week(
            monday,
            sum(day.open_seconds for day in week),
            sum(day.staffed_seconds for day in week),
            sum(not day.staffed_seconds for day in week),
            max(lengths, default=dt.timedelta()),
        )


def _bars(kept: Sequence[Kept]) -> Iterator[Bar]:
    for number, one in enumerate(kept):
        height = round(HEIGHT * one.share)
        yield Bar(one, number * STEP, HEIGHT - height, height)
