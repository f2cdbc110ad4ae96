"""Places in a list that is read page by page: what the last row is ordered by and its key, as addresses carry them."""

from __future__ import annotations

import datetime as dt

from django.utils.dateparse import parse_datetime

from aspa.kit.ids import row_id


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
