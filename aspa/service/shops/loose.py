"""Values as people and their programs write them: "1 234,50 €", "22.11.2026 klo 14.05". All raise ValueError."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal, InvalidOperation

from django.utils.dateparse import parse_date, parse_datetime

# "EUR", "€", "kr", "12,50:-" and the blanks between thousands, of which there are several kinds.
_BESIDE = re.compile(r"[^\d.,+\-−]|[.,]?-$")
_DAY_FIRST = re.compile(
    r"(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.\s?(?P<year>\d{4})(?:,?\s+(?:klo\s+|kl\.?\s+)?(?P<time>\d{1,2}[.:]\d{2}(?:[.:]\d{2})?))?"
)
# Seconds or milliseconds since 1970, for the years from 2001 to 2286.
_SINCE_1970 = re.compile(r"\d{10}(\d{3})?")


def number(text: str) -> Decimal:
    """Comma or point before the decimals; of both, the last one. Each of which there are several parts thousands."""
    plain = _BESIDE.sub("", text.strip()).replace("−", "-")
    point, comma = plain.rfind("."), plain.rfind(",")
    if point >= 0 and comma >= 0:
        plain = plain.replace("," if point > comma else ".", "")
    for mark in ".,":
        if plain.count(mark) > 1:
            plain = plain.replace(mark, "")
    try:
        found = Decimal(plain.replace(",", "."))
    except InvalidOperation:
        raise ValueError(f"{text!r} is not a number") from None
    if not found.is_finite():
        raise ValueError(f"{text!r} is not a number")
    return found


def moment(text: str, zone: dt.tzinfo) -> dt.datetime:
    """ISO 8601, day first with points, or seconds since 1970. What names no zone is in `zone`; a day is its midnight."""
    text = text.strip()
    if _SINCE_1970.fullmatch(text):
        return dt.datetime.fromtimestamp(int(text) / (1000 if len(text) == 13 else 1), dt.UTC)
    found = _day_first(text) or parse_datetime(text)
    if found is None:
        day = parse_date(text)
        found = dt.datetime.combine(day, dt.time()) if day else None
    if found is None:
        raise ValueError(f"{text!r} is not a moment")
    return found if found.tzinfo else found.replace(tzinfo=zone)


def _day_first(text: str) -> dt.datetime | None:
    found = _DAY_FIRST.fullmatch(text)
    if found is None:
        return None
    day = dt.date(int(found["year"]), int(found["month"]), int(found["day"]))
    hours, minutes, seconds = (int(part) for part in [*re.split("[.:]", found["time"] or "0:00"), "0"][:3])
    return dt.datetime.combine(day, dt.time(hours, minutes, seconds))
