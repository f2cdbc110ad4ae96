"""Rows in and out for the hottest path, where the ORM would take several times as long.

A row through bulk_create costs several inserts, and a query is built anew each time, which takes longer than to read
what it asks for.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from functools import cache
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Model

M = TypeVar("M", bound=Model)

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
    # A batch has few instants, and converting them is a good part of the work.
    adapt = cache(connection.ops.adapt_datetimefield_value)
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


def by_id(model: type[M], ids: Collection[int], *, without: Collection[str] = (), lock: bool = False) -> dict[int, M]:
    """The instances with these ids, by id and in its order; `without` these fields, perhaps locked for the transaction."""
    if not ids:
        return {}
    columns = ",".join(field.column for field in model._meta.concrete_fields if field.name not in without)
    marks = ",".join(["%s"] * len(ids))
    locking = "FOR UPDATE" if lock and connection.features.has_select_for_update else ""
    # Names and marks are our own constants.
    query = f"SELECT {columns} FROM {model._meta.db_table} WHERE id IN ({marks}) ORDER BY id {locking}"  # noqa: S608
    return {instance.pk: instance for instance in model._default_manager.raw(query, list(ids))}
