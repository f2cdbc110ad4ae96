"""Invitations (RFC 5545, 5546) in words: what, when, where, by whom."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import icalendar
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from aspa.channels.email.reading import charsets
from aspa.kit import text

LARGEST = 200_000  # bytes; a whole calendar isn't an invitation
MOST_EVENTS = 5


def summary(content: bytes) -> str:
    """The invitation in some lines, in the current language and time zone; empty when it can't be read."""
    if len(content) > LARGEST:
        return ""
    said = charsets.decode(content).replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    try:
        calendar = icalendar.Calendar.from_ical(_without_zones(said), multiple=True)[0]
        events = calendar.walk("VEVENT")[:MOST_EVENTS]
        method = str(calendar.get("METHOD", "")).upper()
        return "\n\n".join("\n".join(_lines(event, method)) for event in events)
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError, RecursionError, LookupError):
        return ""


def _without_zones(said: str) -> str:
    """Without the rules of time zones: one could ask for every second until 2038. The zones are known by their names."""
    kept = []
    inside = False
    for line in said.split("\n"):
        mark = line[:20].upper().rstrip()
        inside = inside or mark == "BEGIN:VTIMEZONE"
        if not inside:
            kept.append(line)
        inside = inside and mark != "END:VTIMEZONE"
    return "\n".join(kept)


def described(title: str, start: dt.date | None, end: dt.date | None, where: str = "", by: str = "") -> str:
    """The same of a meeting that was told in another way."""
    return "\n".join([_("Invitation: %(title)s") % {"title": _line(title)}, *_facts(start, end, where, by)])


def _lines(event: Any, method: str) -> Iterator[str]:
    title = _line(event.get("SUMMARY", "")) or _("no title")
    attendee = _first(event.get("ATTENDEE"))
    answer = str(attendee.params.get("PARTSTAT", "")).upper() if attendee is not None else ""
    says = {"title": title, "who": _person(attendee)}
    if method == "CANCEL" or str(event.get("STATUS", "")).upper() == "CANCELLED":
        yield _("Cancelled: %(title)s") % says
    elif method == "COUNTER":
        yield _("%(who)s proposes another time: %(title)s") % says
    elif method == "REPLY" and answer == "ACCEPTED":
        yield _("%(who)s accepts: %(title)s") % says
    elif method == "REPLY" and answer == "DECLINED":
        yield _("%(who)s declines: %(title)s") % says
    elif method == "REPLY" and answer == "TENTATIVE":
        yield _("%(who)s may come: %(title)s") % says
    else:
        yield _("Invitation: %(title)s") % says
    start, end = _first(event.get("DTSTART")), _first(event.get("DTEND"))
    finish = end.dt if end is not None else None
    if start is not None and end is None and event.get("DURATION") is not None:
        finish = start.dt + event["DURATION"].dt
    organiser = _first(event.get("ORGANIZER"))
    zone = str(start.params.get("TZID", "")) if start is not None else ""
    yield from _facts(
        start.dt if start is not None else None,
        finish,
        _line(event.get("LOCATION", "")),
        _person(organiser),
        unknown_zone=zone,
        repeats=event.get("RRULE") is not None,
    )


def _facts(
    start: dt.date | None, end: dt.date | None, where: str, by: str, *, unknown_zone: str = "", repeats: bool = False
) -> Iterator[str]:
    if start:
        when = _when(start, end, unknown_zone)
        when = _("%(when)s, repeats") % {"when": when} if repeats else when
        yield _("When: %(when)s") % {"when": when}
    if where.strip():
        yield _("Where: %(where)s") % {"where": _line(where)}
    if by.strip():
        yield _("Organiser: %(who)s") % {"who": _line(by)}


def _when(start: dt.date, end: dt.date | None, unknown_zone: str) -> str:
    """A day or a moment, from and to, in our time zone and where it differs in the sender's."""
    if not isinstance(start, dt.datetime):
        # The end of a whole day's event is the day after.
        last = end - dt.timedelta(days=1) if end and not isinstance(end, dt.datetime) else start
        days = [date_format(day, "SHORT_DATE_FORMAT") for day in ([start, last] if last > start else [start])]
        return "–".join(days)
    finish = end if isinstance(end, dt.datetime) and bool(end.tzinfo) == bool(start.tzinfo) else None
    if not start.tzinfo:
        return _span(start, finish) + (f" ({_line(unknown_zone)})" if unknown_zone else "")
    ours = timezone.get_current_timezone()
    shown = (
        _span(start.astimezone(ours), finish and finish.astimezone(ours)) + f" ({timezone.get_current_timezone_name()})"
    )
    if start.utcoffset() not in (start.astimezone(ours).utcoffset(), dt.timedelta()):
        shown += f" = {_span(start, finish)} ({_line(str(start.tzinfo))})"
    return shown


def _span(start: dt.datetime, end: dt.datetime | None) -> str:
    shown = date_format(start, "SHORT_DATETIME_FORMAT")
    if not end or end <= start:
        return shown
    return f"{shown}–{date_format(end, 'TIME_FORMAT' if end.date() == start.date() else 'SHORT_DATETIME_FORMAT')}"


def _first(value: Any) -> Any:
    return value[0] if isinstance(value, list) and value else value


def _person(value: Any) -> str:
    if value is None:
        return ""
    email = str(value).partition(":")[2] or str(value)
    name = _line(value.params.get("CN", ""))
    return _line(f"{name} <{email}>" if name and name.lower() != email.lower() else email)


def _line(value: object) -> str:
    return text.preview(text.clean(str(value)[:2000]), 300)
