"""From a day and a time of day, as people name them, to an instant by which something is promised."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aspa.service.hours.schedule import Schedule

DAY = dt.timedelta(days=1)
NOON, LAST = dt.time(12), dt.time(23, 59)
# When a day's work ends where no hours say it.
OFFICE_CLOSES = dt.time(17)
# Nobody promises further ahead; a number that leads there meant something else.
FURTHEST = dt.timedelta(days=730)
FRIDAY, SUNDAY = 4, 6


@dataclasses.dataclass(frozen=True, slots=True)
class Reckoning:
    """The moment from which words like "tomorrow" are counted, in the wall clock of who promises."""

    now: dt.datetime
    schedule: Schedule | None

    @classmethod
    def at(cls, now: dt.datetime, schedule: Schedule | None) -> Reckoning:
        return cls(now.astimezone(schedule.timezone) if schedule else now, schedule)

    @property
    def today(self) -> dt.date:
        return self.now.date()

    def instant(self, day: dt.date, clock: dt.time) -> dt.datetime:
        return dt.datetime.combine(day, clock, self.now.tzinfo)

    def is_ahead(self, moment: dt.datetime) -> bool:
        # In UTC: within one zone Python compares wall clocks, which stand still twice a year.
        now = self.now.astimezone(dt.UTC)
        return now < moment.astimezone(dt.UTC) <= now + FURTHEST

    def is_open_on(self, day: dt.date) -> bool:
        return bool(self.schedule.periods_on(day)) if self.schedule else day.weekday() <= FRIDAY

    def closing(self, day: dt.date) -> dt.time:
        """When the day's work ends; a day that is closed ends as others do."""
        periods = self.schedule.periods_on(day) if self.schedule else ()
        if not periods:
            return OFFICE_CLOSES
        end = max(period.end for period in periods)
        return dt.time(end // 60, end % 60) if end < 24 * 60 else LAST

    def end_of(self, day: dt.date) -> dt.datetime:
        closing = self.instant(day, self.closing(day))
        return closing if self.is_ahead(closing) else self.instant(day, LAST)

    def afternoon(self, day: dt.date) -> dt.time:
        closing = self.closing(day)
        return min(closing, OFFICE_CLOSES) if closing > NOON else OFFICE_CLOSES

    def weekday(self, number: int) -> dt.date:
        """The next one after today: who means today says so."""
        return self.today + ((number - self.today.weekday() - 1) % 7 + 1) * DAY

    def weekday_of_week(self, number: int, weeks: int) -> dt.date:
        return self.today + (number - self.today.weekday() + 7 * weeks) * DAY

    def last_of_week(self, weeks: int) -> dt.date:
        """The week's last day of work; of this week on its weekend, its Sunday."""
        days = [self.weekday_of_week(number, weeks) for number in range(7)]
        working = [day for day in days if self.is_open_on(day) and day >= self.today]
        if self.schedule is None or all(self.is_open_on(day) for day in days):
            working = [day for day in days[: FRIDAY + 1] if day >= self.today]
        return working[-1] if working else days[SUNDAY]

    def last_of_month(self, months: int) -> dt.date:
        year, month = divmod(self.today.year * 12 + self.today.month + months, 12)
        return dt.date(year, month + 1, 1) - DAY

    def after_working_days(self, count: int) -> dt.date:
        day = self.today
        for _step in range(FURTHEST.days):
            if count <= 0:
                break
            day += DAY
            count -= self.is_open_on(day)
        return day

    def date(self, day: int, month: int, year: int | None) -> dt.date | None:
        """A written date; without a year the next one. None for what is no date."""
        try:
            if year is not None:
                return dt.date(year + 2000 if year < 100 else year, month, day)
            found = dt.date(self.today.year, month, day)
            return found if found >= self.today else found.replace(year=found.year + 1)
        except ValueError:
            return None
