"""When it is open: weekly periods in local time, with holidays, exceptions and daylight saving, as one value.

Everything that asks about opening hours asks a `Schedule`. Its truth is the wall clock: an instant is open when the
local time at that instant lies in a period of its local day. So on the night when the clocks go back an hour that is in
a period counts twice, and on the night when they go forward the missing hour doesn't count at all.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
from collections.abc import Iterator, Mapping
from zoneinfo import ZoneInfo

DAY_MINUTES = 24 * 60
MINUTE, DAY = dt.timedelta(minutes=1), dt.timedelta(days=1)
# How far ahead an opening or a closing is looked for, in days. A company that is closed for longer says so itself.
FURTHEST = 400


@dataclasses.dataclass(frozen=True, slots=True, order=True)
class Period:
    """A part of a day, in minutes from local midnight; `end` is not in it and is at most 1440."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end <= DAY_MINUTES:
            raise ValueError("A period begins before it ends, within one day.")

    def __str__(self) -> str:
        return f"{clock_time(self.start)}–{clock_time(self.end)}"


@dataclasses.dataclass(frozen=True, slots=True)
class Span:
    """From an instant to another, which is not in it; both aware, in UTC."""

    start: dt.datetime
    end: dt.datetime


@dataclasses.dataclass(frozen=True)
class Schedule:
    """`week` has the periods of each weekday, Monday first. `exceptions` replace those of a date; `holidays` (by date,
    the name) are closed unless an exception says otherwise."""

    timezone: ZoneInfo
    week: tuple[tuple[Period, ...], ...]
    exceptions: Mapping[dt.date, tuple[Period, ...]] = dataclasses.field(default_factory=dict)
    holidays: Mapping[dt.date, str] = dataclasses.field(default_factory=dict)

    def periods_on(self, day: dt.date) -> tuple[Period, ...]:
        """The periods of a local date."""
        if day in self.exceptions:
            return self.exceptions[day]
        return () if day in self.holidays else self.week[day.weekday()]

    def is_open(self, at: dt.datetime) -> bool:
        local = at.astimezone(self.timezone)
        minute = local.hour * 60 + local.minute
        return any(period.start <= minute < period.end for period in self.periods_on(local.date()))

    def opens_at(self, at: dt.datetime) -> dt.datetime | None:
        """`at` itself while it is open, else when it opens next; None when not within `FURTHEST` days."""
        if self.is_open(at):
            return at
        return next((span.start for span in self.spans(at) if span.start >= at), None)

    def closes_at(self, at: dt.datetime) -> dt.datetime | None:
        """`at` itself while it is closed, else when it closes next; None when not within `FURTHEST` days."""
        if not self.is_open(at):
            return at
        until = at
        for span in self.spans(at):
            if span.start > until:
                return until
            until = span.end
        return None if until - at > (FURTHEST - 2) * DAY else until

    def open_between(self, start: dt.datetime, end: dt.datetime) -> dt.timedelta:
        """How long it is open between two instants."""
        total = dt.timedelta()
        for span in self.spans(start, until=end):
            total += max(dt.timedelta(), min(span.end, end) - max(span.start, start))
        return total

    def after(self, start: dt.datetime, open_for: dt.timedelta) -> dt.datetime | None:
        """The instant by which it has been open for so long since `start`; None when not within `FURTHEST` days."""
        left = open_for
        for span in self.spans(start):
            begun = max(span.start, start)
            if span.end - begun >= left:
                return begun + left
            left -= span.end - begun
        return None

    def spans(self, start: dt.datetime, *, until: dt.datetime | None = None) -> Iterator[Span]:
        """The open spans that end after `start`, in order; at most `FURTHEST` days of them when there is no end."""
        # Instants are compared in UTC: within one zone Python compares wall clocks, which stand still twice a year.
        start = start.astimezone(dt.UTC)
        day = start.astimezone(self.timezone).date()
        last = until.astimezone(self.timezone).date() if until else day + FURTHEST * DAY
        while day <= last:
            yield from (span for span in self._spans_on(day) if span.end > start)
            day += DAY

    def _spans_on(self, day: dt.date) -> Iterator[Span]:
        periods = sorted(self.periods_on(day))
        if not periods:
            return
        for begin, end, offset in self._parts_of(day):
            # Local midnight by the offset of this part of the day.
            midnight = dt.datetime.combine(day, dt.time(), dt.UTC) - offset
            for period in periods:
                span = Span(max(begin, midnight + period.start * MINUTE), min(end, midnight + period.end * MINUTE))
                if span.start < span.end:
                    yield span

    def _parts_of(self, day: dt.date) -> Iterator[tuple[dt.datetime, dt.datetime, dt.timedelta]]:
        """The local day as UTC (start, end, offset): one part, or two on a day when the clocks are changed."""
        start, end = self._midnight(day), self._midnight(day + DAY)
        first, last = self._offset(start), self._offset(end - MINUTE)
        if first == last:
            yield start, end, first
            return
        low, high = 0, int((end - start) / MINUTE)
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self._offset(start + middle * MINUTE) == first else (low, middle)
        change = start + high * MINUTE
        yield start, change, first
        yield change, end, last

    def _midnight(self, day: dt.date) -> dt.datetime:
        return dt.datetime.combine(day, dt.time(), self.timezone).astimezone(dt.UTC)

    def _offset(self, at: dt.datetime) -> dt.timedelta:
        return at.astimezone(self.timezone).utcoffset() or dt.timedelta()


def always(timezone: ZoneInfo) -> Schedule:
    """Open around the clock."""
    return Schedule(timezone, ((Period(0, DAY_MINUTES),),) * 7)


def clock_time(minutes: int) -> str:
    """Minutes from midnight as "9:00"; 1440 is "24:00"."""
    return f"{minutes // 60}:{minutes % 60:02}"


def minutes_of(text: str) -> int:
    """ "9", "9.30", "9:30" or "24:00" as minutes from midnight. Raises ValueError."""
    hours, _colon, minutes = text.strip().replace(".", ":").partition(":")
    if not (hours.isascii() and hours.isdigit() and (not minutes or (minutes.isascii() and minutes.isdigit()))):
        raise ValueError("That is not a time of day.")
    total = int(hours) * 60 + int(minutes or 0)
    if int(minutes or 0) > 59 or total > DAY_MINUTES:
        raise ValueError("That is not a time of day.")
    return total


def periods_of(text: str) -> tuple[Period, ...]:
    """ "9–12, 13–17" as periods in order; empty is closed. Raises ValueError for overlaps and what isn't a time."""
    parts = [part for part in text.replace("–", "-").replace(";", ",").split(",") if part.strip()]
    periods = []
    for part in parts:
        start, dash, end = part.partition("-")
        if not dash:
            raise ValueError("A period has a beginning and an end.")
        periods.append(Period(minutes_of(start), minutes_of(end)))
    periods.sort()
    if any(one.end > next_one.start for one, next_one in itertools.pairwise(periods)):
        raise ValueError("Two periods overlap.")
    return tuple(periods)
