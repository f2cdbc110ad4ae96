"""Places in a list that is read page by page: (moment, pk) of the last row, as addresses carry it."""

from __future__ import annotations

import datetime as dt

from django.utils.dateparse import parse_datetime

from aspa.kit.ids import row_id


def place_of(after: str) -> tuple[dt.datetime | None, int]:
    """From "moment,pk", the moment in ISO 8601 with its zone; (None, 0) for what is none of ours."""
    moment, _comma, pk = after.partition(",")
    try:
        found = parse_datetime(moment)
    except ValueError:
        return None, 0
    number = row_id(pk)
    return (found, number) if found is not None and found.tzinfo and number is not None else (None, 0)
