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

# By inbox: until when it is remembered.
_known: dict[int, tuple[float, Schedule]] = {}


def schedule_of(inbox: Inbox) -> Schedule:
    """The inbox's own hours, else its brand's; around the clock when neither has any."""
    remembered = known(inbox)
    if remembered is None:
        if len(_known) > 1_000:
            _known.clear()
        remembered = _read(inbox)
        _known[inbox.pk] = (time.monotonic() + KEPT_SECONDS, remembered)
    return remembered


def known(inbox: Inbox) -> Schedule | None:
    """The same as far as it is remembered, without asking the database: for those who mustn't wait."""
    until, schedule = _known.get(inbox.pk, (0.0, None))
    return schedule if until >= time.monotonic() else None


def timezone_of(brand: Brand) -> ZoneInfo:
    return ZoneInfo(brand.timezone)


def forget() -> None:
    """Hours have changed: read them anew."""
    _known.clear()


def _read(inbox: Inbox) -> Schedule:
    stored = Hours.objects.filter(brand=inbox.brand_id).prefetch_related("exceptions")
    by_inbox = {hours.inbox_id: hours for hours in stored}
    hours = by_inbox.get(inbox.pk) or by_inbox.get(None)
    timezone = timezone_of(inbox.brand)
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
