"""What a language's calendar is made of."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Callable, Mapping

from aspa.service.promises.moments import Reckoning

Day = Callable[[Reckoning], dt.date | None]


@dataclasses.dataclass(frozen=True)
class Calendar:
    """Patterns for small letters.

    `clock` has the groups hour, minute, hour2, minute2 (the end of a span), hour3, minute3, half ("pm") or word (in
    `hours`), and none for noon; `duration` count, most and unit, or the same with "_in"; `month_day` day, month, day2
    and month2; `weekday` next and name. `units` are the beginnings of words, with minute, hour, day, working day, week
    or month.
    """

    clock: re.Pattern[str]
    duration: re.Pattern[str]
    month_day: re.Pattern[str]
    weekday: re.Pattern[str]
    weekdays: tuple[str, ...]
    months: tuple[str, ...]
    days: tuple[tuple[re.Pattern[str], Day], ...]
    parts: tuple[tuple[re.Pattern[str], str], ...]
    units: tuple[tuple[str, str], ...]
    numbers: Mapping[str, float]
    hours: Mapping[str, int] = dataclasses.field(default_factory=dict)
    # Whether "next Friday" is the one of next week, and whether "by 3" is in the afternoon.
    next_is_next_week: bool = False
    counts_to_twelve: bool = False


def today(reckoning: Reckoning) -> dt.date:
    return reckoning.today


def in_days(count: int) -> Day:
    return lambda reckoning: reckoning.today + dt.timedelta(days=count)


def end_of_week(weeks: int) -> Day:
    return lambda reckoning: reckoning.last_of_week(weeks)


def early_in_week(weeks: int) -> Day:
    """By Tuesday."""
    return lambda reckoning: reckoning.weekday_of_week(1, weeks)


def soon_early_in_week(reckoning: Reckoning) -> dt.date:
    """The coming Tuesday, whichever week it is in."""
    return reckoning.weekday(1)


def midweek(reckoning: Reckoning) -> dt.date:
    return reckoning.weekday(2)


def weekend(reckoning: Reckoning) -> dt.date:
    return reckoning.weekday_of_week(6, 0)


def end_of_month(months: int) -> Day:
    return lambda reckoning: reckoning.last_of_month(months)


def any_of(*spellings: str) -> str:
    """The longest first, so that none hides another."""
    return "|".join(sorted(spellings, key=len, reverse=True))
