"""Rows in and out in batches: executemany where the ORM would build a CASE for every value."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Sequence
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Model

from aspa.core.conversations.rows import insert_instances

M = TypeVar("M", bound=Model)
# SQLite takes 32,766 values in a statement.
EVENTS_AT_ONCE = 1000

NewEvent = tuple[int, str, str, dt.datetime, str, dict[str, Any]]  # order id, external id, kind, at, text, data


def save(instances: Collection[M], *, only: Sequence[str] = ()) -> None:
    """Insert those without an id (they get one) and update the others, these fields `only` or all."""
    insert_instances([each for each in instances if each.pk is None])
    update([each for each in instances if each.pk is not None], only=only)


def update(instances: Sequence[Model], *, only: Sequence[str] = ()) -> None:
    """Write these rows of one model, these fields `only` or all. What is no row any more is passed over."""
    if not instances:
        return
    model = type(instances[0])
    fields = [
        field
        for field in model._meta.concrete_fields
        if not field.primary_key and (not only or field.name in only or field.attname in only)
    ]
    sets = ",".join(f"{connection.ops.quote_name(field.column)}=%s" for field in fields)
    rows = [
        [field.get_db_prep_save(getattr(each, field.attname), connection) for field in fields] + [each.pk]
        for each in instances
    ]
    with connection.cursor() as cursor:
        # Table and columns are the model's own.
        cursor.executemany(f"UPDATE {model._meta.db_table} SET {sets} WHERE id=%s", rows)  # noqa: S608


def move_orders(moved: Sequence[tuple[str, dt.datetime | None, int]]) -> None:
    """Set these orders' status and its moment, by id."""
    adapt = connection.ops.adapt_datetimefield_value
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE commerce_order SET status=%s, status_at=%s WHERE id=%s",
            [(status, adapt(at), pk) for status, at, pk in sorted(moved, key=lambda each: each[2])],
        )


def add_events(events: Sequence[NewEvent]) -> set[tuple[int, str]]:
    """Insert the events that aren't there yet; gives which were new, by order id and external id."""
    added: set[tuple[int, str]] = set()
    adapt = connection.ops.adapt_datetimefield_value
    for start in range(0, len(events), EVENTS_AT_ONCE):
        part = events[start : start + EVENTS_AT_ONCE]
        marks = ",".join(["(%s,%s,%s,%s,%s,%s)"] * len(part))
        values: list[Any] = []
        for order_id, external_id, kind, at, text, data in part:
            values += (order_id, external_id, kind, adapt(at), text, json.dumps(data) if data else "{}")
        with connection.cursor() as cursor:
            cursor.execute(
                # Nothing but marks is put in.
                "INSERT INTO commerce_orderevent (order_id, external_id, kind, at, text, data) "  # noqa: S608
                f"VALUES {marks} ON CONFLICT (order_id, external_id) DO NOTHING RETURNING order_id, external_id",
                values,
            )
            added |= set(cursor.fetchall())
    return added
