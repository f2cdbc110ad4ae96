"""Changing the hours: the verbs of the editor."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from django.db import transaction

from aspa.kit.bus import bus
from aspa.service.hours import calendars
from aspa.service.hours.models import ExceptionDay, Hours
from aspa.service.hours.schedule import Period

if TYPE_CHECKING:
    from aspa.core.inboxes.models import Brand, Inbox

# Told on the bus when hours have changed, so that open widgets learn of it at once.
CHANGED = "hours"
# Called in the transaction of a change, by those who have reckoned with the hours. Their apps add themselves.
reckoned_with: list[Callable[[], None]] = []


def hours_of(brand: Brand, inbox: Inbox | None = None) -> Hours:
    """The stored hours, or new ones (not stored yet) that begin with office hours."""
    found = Hours.objects.filter(brand=brand, inbox=inbox).first()
    return found or Hours(brand=brand, inbox=inbox, week=["9:00–17:00"] * 5 + [""] * 2)


def set_week(hours: Hours, week: Sequence[Sequence[Period]], *, country: str) -> Hours:
    """Set the periods of each weekday, Monday first, and whose public holidays are closed."""
    hours.week = [", ".join(map(str, periods)) for periods in week]
    hours.country = country
    hours.save()
    _changed()
    return hours


def set_day(hours: Hours, day: dt.date, periods: Sequence[Period], *, note: str = "") -> ExceptionDay:
    """Give one date its own hours; no periods: closed."""
    written = {"periods": ", ".join(map(str, periods)), "note": note}
    exception, _created = ExceptionDay.objects.update_or_create(hours=hours, date=day, defaults=written)
    _changed()
    return exception


def clear_day(hours: Hours, day: dt.date) -> None:
    """Let the date follow the week again."""
    ExceptionDay.objects.filter(hours=hours, date=day).delete()
    _changed()


def follow_brand(hours: Hours) -> None:
    """Remove an inbox's own hours: it keeps its brand's."""
    hours.delete()
    _changed()


def _changed() -> None:
    for reckon_anew in reckoned_with:
        reckon_anew()
    transaction.on_commit(calendars.forget)
    transaction.on_commit(lambda: bus.publish(CHANGED, {}))
