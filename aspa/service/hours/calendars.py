"""The one place that is asked when an inbox is open."""

from __future__ import annotations

import datetime as dt
import time
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import holidays

from aspa.kit import clock
from aspa.service.hours.models import Hours
from aspa.service.hours.schedule import Schedule, always, periods_of

if TYPE_CHECKING:
    from aspa.core.inboxes.models import Brand, Inbox

# Years of public holidays beside the current one.
YEARS_AHEAD = 2
# Thousands of widgets ask the same within a few seconds.
KEPT_SECONDS = 5.0

_known: dict[tuple[int, int | None], tuple[float, Schedule]] = {}


def schedule_of(inbox: Inbox) -> Schedule:
    """The inbox's own hours, else its brand's; around the clock when neither has any."""
    return _remembered(inbox.brand, inbox)


def known(inbox: Inbox) -> Schedule | None:
    """The same as far as it is remembered, without asking the database: for those who mustn't wait."""
    remembered = _known.get((inbox.brand_id, inbox.pk))
    return remembered[1] if remembered and remembered[0] >= time.monotonic() else None


def schedule_of_brand(brand: Brand) -> Schedule:
    return _remembered(brand, None)


def timezone_of(brand: Brand) -> ZoneInfo:
    return ZoneInfo(brand.timezone)


def forget() -> None:
    """Hours have changed: read them anew."""
    _known.clear()


def _remembered(brand: Brand, inbox: Inbox | None) -> Schedule:
    key = (brand.pk, inbox.pk if inbox else None)
    known = _known.get(key)
    if known is None or known[0] < time.monotonic():
        if len(_known) > 1_000:
            _known.clear()
        known = _known[key] = (time.monotonic() + KEPT_SECONDS, _read(brand, inbox))
    return known[1]


def _read(brand: Brand, inbox: Inbox | None) -> Schedule:
    found = {hours.inbox_id: hours for hours in Hours.objects.filter(brand=brand).prefetch_related("exceptions")}
    hours = (found.get(inbox.pk) if inbox else None) or found.get(None)
    timezone = timezone_of(brand)
    return always(timezone) if hours is None else schedule(hours, timezone)


def schedule(hours: Hours, timezone: ZoneInfo) -> Schedule:
    """The stored hours as a value."""
    year = clock.now().astimezone(timezone).year
    return Schedule(
        timezone,
        tuple(periods_of(day) for day in hours.week),
        {day.date: periods_of(day.periods) for day in hours.exceptions.all()},
        dict(public_holidays(hours.country, year)) if hours.country else {},
    )


@lru_cache(maxsize=64)
def public_holidays(country: str, year: int, language: str = "en_US") -> tuple[tuple[dt.date, str], ...]:
    """(date, name) of the country's public holidays in the year before, this and the next ones.

    Names in `language` where the library has them, else in the country's own. Source: the `holidays` library.
    """
    years = range(year - 1, year + YEARS_AHEAD + 1)
    offered = holidays.country_holidays(country).supported_languages
    # Tags differ by country: "en_US" here, "fi" there.
    spoken = next((tag for tag in offered if tag.split("_")[0] == language.split("_")[0]), None)
    return tuple(sorted(holidays.country_holidays(country, years=years, language=spoken).items()))
