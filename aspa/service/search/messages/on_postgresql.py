"""The index on PostgreSQL: a table for each generation, with the terms as a tsvector without positions."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django.db import ProgrammingError, connection, transaction

from aspa.core.conversations.events import Cursor
from aspa.service.search.engine import Expression, all_of
from aspa.service.search.messages import slices
from aspa.service.search.messages.documents import Document
from aspa.service.search.messages.generation import Gone, Standing

# A stretch as short as this is read through.
SHORT = 2_000
# How much of what was just written may stand unsorted (kB): each search reads all of it.
PENDING = 256
STANDING = """
    CREATE TABLE IF NOT EXISTS search_messages (
        number integer PRIMARY KEY, normaliser text NOT NULL, tx bigint NOT NULL, event bigint NOT NULL,
        since bigint NOT NULL
    )
"""
TABLES = (
    "CREATE TABLE {table} (id bigint PRIMARY KEY, terms tsvector NOT NULL)",
    "CREATE INDEX {table}_words ON {table} USING gin (terms) WITH (gin_pending_list_limit = {pending})",
    "CREATE TABLE {table}_day (day integer PRIMARY KEY, first bigint NOT NULL, last bigint NOT NULL)",
)
DAY = """
    INSERT INTO {table}_day AS had VALUES (%s, %s, %s) ON CONFLICT (day) DO UPDATE
    SET first = least(had.first, excluded.first), last = greatest(had.last, excluded.last)
"""


class PostgresGeneration:
    def __init__(self, number: int) -> None:
        self.number, self._table = number, f"search_messages_{number:d}"

    def standing(self) -> Standing | None:
        rows = _rows("SELECT normaliser, tx, event, since FROM search_messages WHERE number = %s", [self.number])
        return Standing(rows[0][0], Cursor(rows[0][1], rows[0][2]), rows[0][3]) if rows else None

    def write(self, documents: Sequence[Document], anew: Collection[int], *, was: Standing, now: Standing) -> bool:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "UPDATE search_messages SET tx = %s, event = %s, since = %s"
                " WHERE number = %s AND tx = %s AND event = %s AND since = %s",
                [*now.place, now.since, self.number, *was.place, was.since],
            )
            if not cursor.rowcount:
                return False
            if anew:
                cursor.execute(f"DELETE FROM {self._table} WHERE id = ANY(%s)", [list(anew)])  # noqa: S608
            if not documents:
                return True
            ordered = sorted(documents)
            # Terms are letters and digits, so nothing in them means anything to an array or a tsvector.
            terms = [" ".join((*one.terms, *slices.terms(one.pk))) for one in ordered]
            cursor.execute(
                f"INSERT INTO {self._table} (id, terms) SELECT id, array_to_tsvector(string_to_array(terms, ' '))"  # noqa: S608
                " FROM unnest(%s::bigint[], %s::text[]) AS given(id, terms) ON CONFLICT (id) DO NOTHING",
                [[one.pk for one in ordered], terms],
            )
            days: dict[int, list[int]] = {}
            for one in ordered:
                days.setdefault(one.day, []).append(one.pk)
            for day, pks in sorted(days.items()):
                cursor.execute(DAY.format(table=self._table), [day, min(pks), max(pks)])
            return True

    def find(self, asked: Expression, low: int, high: int, most: int) -> list[int] | None:
        """A longer stretch is asked for in the index by its slices, and none of the rows is sorted before it is known
        that they are few."""
        if high - low < SHORT:
            read = f"SELECT id FROM {self._table} WHERE id >= %s AND id <= %s AND terms @@ %s::tsquery"  # noqa: S608
            return [pk for (pk,) in _rows(f"{read} ORDER BY id DESC LIMIT %s", [low, high, asked.tsquery, most])]
        # Materialised so that the limit doesn't tempt it to look into every row; asked of the slices alone, since for a
        # stretch of numbers it would rather read through that.
        statement = (
            f"WITH found AS MATERIALIZED (SELECT id FROM {self._table} WHERE terms @@ %s::tsquery)"  # noqa: S608
            " SELECT id FROM found LIMIT %s"
        )
        rows = _rows(statement, [all_of(asked, slices.between(low, high)).tsquery, most + 1])
        return sorted((pk for (pk,) in rows if low <= pk <= high), reverse=True) if len(rows) <= most else None

    def days(self, first: int | None, last: int | None) -> tuple[int, int]:
        rows = _rows(
            f"SELECT min(first), max(last) FROM {self._table}_day WHERE day >= %s AND day <= %s",  # noqa: S608
            [-(2**31) if first is None else first, 2**31 - 1 if last is None else last],
        )
        return (rows[0][0], rows[0][1]) if rows[0][0] is not None else (1, 0)

    def missing(self, pks: Collection[int], low: int, high: int) -> list[int]:
        rows = _rows(f"SELECT id FROM {self._table} WHERE id >= %s AND id <= %s", [low, high])  # noqa: S608
        return sorted({pk for (pk,) in rows}.difference(pks))

    def drop(self) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("DELETE FROM search_messages WHERE number = %s", [self.number])
            cursor.execute(f"DROP TABLE IF EXISTS {self._table}, {self._table}_day")

    def tidy(self) -> None:
        """Vacuuming does it by itself."""


def generations() -> list[PostgresGeneration]:
    """The oldest first."""
    if not _rows("SELECT to_regclass('search_messages') IS NOT NULL", [])[0][0]:
        return []
    return [PostgresGeneration(number) for (number,) in _rows("SELECT number FROM search_messages ORDER BY 1", [])]


def begin(number: int, standing: Standing) -> None:
    """An empty generation; nothing happens when another worker was faster."""
    table = f"search_messages_{number:d}"
    with transaction.atomic(), connection.cursor() as cursor:
        # Two who begin together would both find no table.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('search_messages'))")
        cursor.execute(STANDING)
        cursor.execute(
            "INSERT INTO search_messages VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
            [number, standing.normaliser, *standing.place, standing.since],
        )
        if cursor.rowcount:
            for statement in TABLES:
                cursor.execute(statement.format(table=table, pending=PENDING))


def _rows(statement: str, values: Sequence[Any]) -> list[Any]:
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            return list(cursor.fetchall())
    except ProgrammingError as error:
        if getattr(error.__cause__, "sqlstate", "") == "42P01":
            # The table is gone since we read of it.
            raise Gone from error
        raise
