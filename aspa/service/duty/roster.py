"""Who is on duty at an instant: one line of a rota as a value."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator
from zoneinfo import ZoneInfo

DAY = dt.timedelta(days=1)
WEEK = 7
# How far ahead a change is looked for.
FURTHEST = 60 * DAY


@dataclasses.dataclass(frozen=True, slots=True)
class Replacement:
    """`agent` has the duty from an instant to another, which is not in it; both aware, in UTC."""

    start: dt.datetime
    end: dt.datetime
    agent: int


@dataclasses.dataclass(frozen=True, slots=True)
class Turn:
    """Who has the duty from an instant to another, which is not in it; both aware, in UTC."""

    start: dt.datetime
    end: dt.datetime
    agent: int | None


@dataclasses.dataclass(frozen=True)
class Roster:
    """`members` are agents' ids in turn, each for so many `days` (1, or 7 from `weekday` on, Monday is 0).

    The turn in which the local date `starts_on` begins is the first member's. Of the `replacements` at an instant the
    last one counts.
    """

    timezone: ZoneInfo
    members: tuple[int, ...]
    starts_on: dt.date
    days: int = WEEK
    weekday: int = 0
    handover: dt.time = dt.time(9)
    replacements: tuple[Replacement, ...] = ()

    def on_duty(self, at: dt.datetime) -> int | None:
        """Whose duty it is; None when there are no members."""
        for one in reversed(self.replacements):
            if one.start <= at < one.end:
                return one.agent
        if not self.members:
            return None
        return self.members[self._number(at) % len(self.members)]

    def turns(self, start: dt.datetime, until: dt.datetime) -> Iterator[Turn]:
        """The time between two instants by who is on duty, in order and without gaps."""
        start, until = start.astimezone(dt.UTC), until.astimezone(dt.UTC)
        begun, agent = start, self.on_duty(start)
        for moment in self._changes(start, until):
            following = self.on_duty(moment)
            if following != agent:
                yield Turn(begun, moment, agent)
                begun, agent = moment, following
        yield Turn(begun, until, agent)

    def ends_at(self, at: dt.datetime) -> dt.datetime | None:
        """When the duty changes next; None when not within `FURTHEST`."""
        turn = next(self.turns(at, at + FURTHEST))
        return None if turn.end >= at + FURTHEST else turn.end

    def handover_on(self, day: dt.date) -> dt.datetime:
        """When the duty changes on a local date, in UTC.

        A time that the clocks skip is taken by the offset before the gap, of one that comes twice the first one
        (RFC 5545, 3.3.5; so does `fold=0`).
        """
        return dt.datetime.combine(day, self.handover, self.timezone).astimezone(dt.UTC)

    def _number(self, at: dt.datetime) -> int:
        """How many turns have begun since the first one's."""
        day = at.astimezone(self.timezone).date()
        # Compared in UTC: local clocks stand still twice a year.
        if at.astimezone(dt.UTC) < self.handover_on(day):
            day -= DAY
        return (day - self._first).days // self.days

    @property
    def _first(self) -> dt.date:
        if self.days < WEEK:
            return self.starts_on
        return self.starts_on - (self.starts_on.weekday() - self.weekday) % WEEK * DAY

    def _changes(self, start: dt.datetime, until: dt.datetime) -> list[dt.datetime]:
        first, last = (moment.astimezone(self.timezone).date() for moment in (start, until))
        days = (first + number * DAY for number in range((last - first).days + 1))
        moments = {self.handover_on(day) for day in days}
        moments |= {edge for one in self.replacements for edge in (one.start, one.end)}
        return sorted(moment for moment in moments if start < moment < until)
