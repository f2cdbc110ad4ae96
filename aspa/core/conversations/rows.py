"""Rows in and out for the hottest path, where the ORM would take several times as long.

A row through bulk_create costs several inserts, and a query is built anew each time, which takes longer than to read
what it asks for.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Collection, Sequence
from functools import cache
from typing import Any, TypeVar, cast

from django.db import connection, models
from django.db.models import Model

M = TypeVar("M", bound=Model)

# Fields whose values go to the database as they are (`insert` converts the instants).
PLAIN = (
    models.BigIntegerField,
    models.BooleanField,
    models.CharField,
    models.DateTimeField,
    models.ForeignKey,
    models.OneToOneField,
    models.PositiveBigIntegerField,
    models.PositiveSmallIntegerField,
    models.SmallIntegerField,
    models.TextField,
)
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


def insert_instances(instances: Sequence[Model]) -> None:
    """As bulk_create, for new instances of one model: they get their ids, or IntegrityError is raised.

    What has a default in the database has to be given.
    """
    if not instances:
        return
    table, fields = _written(type(instances[0]))
    rows = [
        [
            getattr(each, name) if convert is None else convert(getattr(each, name), connection)
            for name, _, convert in fields
        ]
        for each in instances
    ]
    for each, pk in zip(instances, insert(table, [column for _, column, _ in fields], rows), strict=True):
        each.pk = pk
        each._state.adding, each._state.db = False, connection.alias


@cache
def _written(model: type[Model]) -> tuple[str, list[tuple[str, str, Callable[..., Any] | None]]]:
    """Its table; of each field that isn't made by the database the attribute, the column and what converts it, if anything."""
    fields = [
        (
            field.attname,
            connection.ops.quote_name(field.column),
            None if type(field) in PLAIN else field.get_db_prep_save,
        )
        for field in model._meta.concrete_fields
        if not field.primary_key
    ]
    return model._meta.db_table, fields


def by_id(model: type[M], ids: Collection[int], *, without: Collection[str] = (), lock: bool = False) -> dict[int, M]:
    """The instances with these ids, by id and in its order; `without` these fields, perhaps locked for the transaction."""
    if not ids:
        return {}
    marks = ",".join(["%s"] * len(ids))
    locking = " FOR UPDATE" if lock and connection.features.has_select_for_update else ""
    found = select(model, f"t.id IN ({marks}) ORDER BY t.id{locking}", list(ids), without=without)
    return {instance.pk: instance for instance in found}


def select(
    model: type[M], where: str, values: Sequence[Any], *, without: Collection[str] = (), related: Sequence[str] = ()
) -> list[M]:
    """The instances for which `where` holds, where their table is "t" and an order or a limit may follow.

    The foreign keys in `related` are read in the same query; rows with the same one share its instance. `without`
    leaves fields out, also of the related ("html", "inbox.settings").
    """
    names = ("", *related)
    parts = [_part(model, name, frozenset(without), connection.vendor) for name in names]
    columns = ",".join(part.columns for part in parts)
    joins = "".join(part.join for part in parts)
    with connection.cursor() as cursor:
        # Names are our own constants, and so are the conditions with their placeholders.
        cursor.execute(f"SELECT {columns} FROM {model._meta.db_table} AS t {joins} WHERE {where}", values)  # noqa: S608
        found = []
        # Fifty messages have few writers.
        known: dict[tuple[str, int | None], Model | None] = {}
        for row in cursor.fetchall():
            end = 0
            for name, part in zip(names, parts, strict=True):
                start, end = end, end + len(part.fields)
                if not name:
                    found.append(cast(M, part.instance(row[start:end])))
                    continue
                key = name, row[start]
                if key not in known:
                    known[key] = part.instance(row[start:end])
                setattr(found[-1], name, known[key])
        return found


@dataclasses.dataclass(frozen=True, slots=True)
class _Part:
    """Of a query: the columns of one table, and how its instances are made of them."""

    model: type[Model]
    columns: str
    join: str
    fields: tuple[str, ...]
    # Where a value isn't simply what the database gives.
    converters: tuple[tuple[int, Any, tuple[Any, ...]], ...]

    def instance(self, values: Sequence[Any]) -> Model | None:
        if values[0] is None:
            return None
        values = list(values)
        for place, column, converters in self.converters:
            for convert in converters:
                values[place] = convert(values[place], column, connection)
        return self.model.from_db(connection.alias, self.fields, values)


@cache
def _part(model: type[Model], name: str, without: frozenset[str], vendor: str) -> _Part:
    """name: the foreign key whose table it is, or empty for the model's own. vendor: whose converters they are."""
    alias, join = "t", ""
    if name:
        key: Any = model._meta.get_field(name)
        model, alias = key.related_model, name
        join = f" LEFT JOIN {model._meta.db_table} AS {name} ON {name}.id = t.{key.column}"
    prefix = f"{name}." if name else ""
    fields = [field for field in model._meta.concrete_fields if f"{prefix}{field.name}" not in without]
    converters = []
    for place, field in enumerate(fields):
        column = field.get_col(model._meta.db_table)
        if found := [*connection.ops.get_db_converters(column), *column.get_db_converters(connection)]:
            converters.append((place, column, tuple(found)))
    return _Part(
        model=model,
        columns=",".join(f"{alias}.{field.column}" for field in fields),
        join=join,
        fields=tuple(field.attname for field in fields),
        converters=tuple(converters),
    )
