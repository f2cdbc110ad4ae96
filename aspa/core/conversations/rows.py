"""Plain inserts of many rows: on the hottest path a row through the ORM's bulk_create costs several times as much."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import connection

# SQLite takes 32,766 values in a statement.
ROWS_AT_ONCE = 1000


def insert(
    table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], *, marks: Sequence[str] | None = None
) -> list[int]:
    """Insert the rows in order and return their ids in that order; raises IntegrityError when one exists already.

    Columns left out must have database defaults or be nullable. `marks` are SQL for the values, "%s" each when not
    given.
    """
    row_marks = "(" + ",".join(marks or ["%s"] * len(columns)) + ")"
    adapt = connection.ops.adapt_datetimefield_value
    ids: list[int] = []
    for start in range(0, len(rows), ROWS_AT_ONCE):
        part = rows[start : start + ROWS_AT_ONCE]
        values = [adapt(value) if isinstance(value, dt.datetime) else value for row in part for value in row]
        with connection.cursor() as cursor:
            cursor.execute(
                # Table, columns and marks are our own constants.
                f"INSERT INTO {table} ({','.join(columns)}) VALUES {','.join([row_marks] * len(part))} RETURNING id",  # noqa: S608
                values,
            )
            # Ids are handed out in the order of the values; the order of RETURNING is promised by neither database.
            ids += sorted(row[0] for row in cursor.fetchall())
    return ids
