"""Lists that are read page by page: a place in one is what the last row is ordered by and its key, as addresses carry it.

The next page begins where the last one ended, whatever has come meanwhile, and costs the same however far on it is.
"""

from __future__ import annotations

import datetime as dt
from typing import TypeVar

from django.db.models import DateTimeField, Model, Q, QuerySet
from django.utils.dateparse import parse_datetime

from aspa.kit.ids import row_id

Row = TypeVar("Row", bound=Model)


def page(rows: QuerySet[Row], by: str, *, after: str, most: int) -> tuple[list[Row], str]:
    """The rows that follow a place ("": the first ones), and the place from which the next page goes on ("": no more).

    `by`: a moment or a number that each of the rows has; with "-" before it the greatest comes first. Equal ones stand
    by their keys. A place that is none of ours is the beginning.
    """
    name, is_falling = by.removeprefix("-"), by.startswith("-")
    side, sign = ("lt", "-") if is_falling else ("gt", "")
    is_moment = isinstance(rows.model._meta.get_field(name), DateTimeField)
    value, pk = place_of(after) if is_moment else number_of(after)
    if value is not None:
        beyond = Q(**{f"{name}__{side}": value}) | Q(**{name: value, f"pk__{side}": pk})
        # Says nothing more, but by an alternative alone no database begins in the middle of an index.
        rows = rows.filter(beyond, **{f"{name}__{side}e": value})
    found = list(rows.order_by(by, f"{sign}pk")[: most + 1])
    shown = found[:most]
    return shown, place_at(getattr(shown[-1], name), shown[-1].pk) if len(found) > most else ""


def place_at(by: dt.datetime | int, pk: int) -> str:
    """The place after a row. No sign in it has to be escaped in an address, so programs may copy it as it is."""
    if isinstance(by, dt.datetime):
        return f"{by.astimezone(dt.UTC).replace(tzinfo=None).isoformat()}Z,{pk}"
    return f"{by},{pk}"


def place_of(after: str) -> tuple[dt.datetime | None, int]:
    """From "moment,pk", the moment in ISO 8601 with its zone; (None, 0) for what is none of ours."""
    moment, _comma, pk = after.partition(",")
    number = row_id(pk)
    try:
        found = parse_datetime(moment)
        if found is None or found.tzinfo is None or number is None:
            return None, 0
        # Databases keep it so; at the ends of the calendar there is no such moment.
        return found.astimezone(dt.UTC), number
    except (ValueError, OverflowError):
        return None, 0


def number_of(after: str) -> tuple[int | None, int]:
    """From "number,pk", where a list isn't ordered by time; (None, 0) for what is none of ours."""
    first, _comma, second = after.partition(",")
    number, pk = row_id(first), row_id(second)
    return (None, 0) if number is None or pk is None else (number, pk)
