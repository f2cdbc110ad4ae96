"""Opening hours as the world reads them: lines for people, schema.org for search engines."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING, Any

from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from aspa.kit import clock
from aspa.service.hours import calendars, editing
from aspa.service.hours.schedule import Period, Schedule

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from aspa.core.inboxes.models import Brand

# How far ahead days with other hours are told.
AHEAD = dt.timedelta(days=60)
SCHEMA_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclasses.dataclass(frozen=True, slots=True)
class Line:
    """ "Monday–Friday" and "9:00–17:00"; `note` says why a day differs."""

    days: str
    hours: str
    note: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Published:
    """What a brand publishes, in the active language. `notes` say why a date differs, or would."""

    week: list[Line]
    soon: list[Line]
    schema: dict[str, Any]
    schedule: Schedule
    notes: dict[dt.date, str]


def of(brand: Brand) -> Published | None:
    """None when the brand keeps no hours. Reads the stored hours, so published and kept ones can't differ."""
    hours = editing.hours_of(brand)
    if not hours.pk:
        return None
    schedule = calendars.schedule(hours, calendars.timezone_of(brand))
    today = clock.now().astimezone(schedule.timezone).date()
    notes = {day.date: day.note for day in hours.exceptions.all()}
    if hours.country:
        notes = dict(calendars.public_holidays(hours.country, today.year, get_language() or "en")) | notes
    special = {day: schedule.periods_on(day) for day in different(schedule, today)}
    return Published(
        lines(schedule),
        [Line(date_format(day, "l j.n."), hours_of(periods), notes.get(day, "")) for day, periods in special.items()],
        _schema(brand, schedule.week, special),
        schedule,
        notes,
    )


def lines(schedule: Schedule) -> list[Line]:
    """The usual week."""
    return [Line(days, hours_of(periods)) for days, periods in _grouped(schedule.week)]


def different(schedule: Schedule, today: dt.date, ahead: dt.timedelta = AHEAD) -> list[dt.date]:
    """The coming dates with other hours than their weekday's."""
    days = (today + number * dt.timedelta(days=1) for number in range(ahead.days))
    return [day for day in days if schedule.periods_on(day) != schedule.week[day.weekday()]]


def hours_of(periods: Sequence[Period]) -> str:
    return ", ".join(map(str, periods)) or _("closed")


def _grouped(week: Sequence[tuple[Period, ...]]) -> Iterator[tuple[str, tuple[Period, ...]]]:
    """Weekdays that follow each other with the same hours are one line."""
    first = 0
    for day in range(1, 8):
        if day == 7 or week[day] != week[first]:
            names = [str(WEEKDAYS[one]) for one in sorted({first, day - 1})]
            yield "–".join(names), week[first]
            first = day


def _schema(
    brand: Brand, week: Sequence[tuple[Period, ...]], different: dict[dt.date, tuple[Period, ...]]
) -> dict[str, Any]:
    """https://schema.org/openingHoursSpecification and specialOpeningHoursSpecification."""
    return {
        "@context": "https://schema.org",
        "@type": "Organization",
        "name": brand.name,
        "contactPoint": {
            "@type": "ContactPoint",
            "contactType": "customer service",
            "hoursAvailable": [
                {
                    "@type": "OpeningHoursSpecification",
                    "dayOfWeek": f"https://schema.org/{SCHEMA_DAYS[number]}",
                    **_from_to(period),
                }
                for number, periods in enumerate(week)
                for period in periods
            ]
            + [
                {
                    "@type": "OpeningHoursSpecification",
                    "validFrom": day.isoformat(),
                    "validThrough": day.isoformat(),
                    **_from_to(period),
                }
                for day, periods in different.items()
                # Closed all day is told as opening and closing at midnight.
                for period in periods or [None]
            ],
        },
    }


def _from_to(period: Period | None) -> dict[str, str]:
    if period is None:
        return {"opens": "00:00", "closes": "00:00"}
    end = min(period.end, 24 * 60 - 1)
    return {"opens": f"{period.start // 60:02}:{period.start % 60:02}", "closes": f"{end // 60:02}:{end % 60:02}"}
