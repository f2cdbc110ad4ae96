"""Tables that are searched by words, the same on both databases.

A searchable table is a model with a text `terms`: words of letters and digits with blanks between. SQLite keeps an FTS5
table beside it by triggers, PostgreSQL an index over it, so rows are written and deleted as any others. Both only say
which rows have which terms; in what order they are shown is ours (`ranking`), or by key.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import connection, models
from django.db.models.expressions import RawSQL

from aspa.kit.fresh import BesideModels

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.backends.base.schema import BaseDatabaseSchemaEditor
    from django.db.models import QuerySet

Row = TypeVar("Row", bound=models.Model)

# Terms are letters and digits already. FTS5's unicode61 knows the letters of one Unicode version and cuts at others;
# to ascii everything beyond ASCII is a letter. Where in a text a term stands is asked of nobody, so it isn't kept.
TOKENS = "tokenize='ascii', detail=none, columnsize=0"
# How much of what was just written PostgreSQL may leave unsorted (kB): every search reads all of it.
PENDING = 128
ON_SQLITE = (
    "CREATE VIRTUAL TABLE {table}_words USING fts5(terms, content='{table}', content_rowid='id', {tokens})",
    """CREATE TRIGGER {table}_words_in AFTER INSERT ON {table} BEGIN
           INSERT INTO {table}_words (rowid, terms) VALUES (new.id, new.terms); END""",
    """CREATE TRIGGER {table}_words_out AFTER DELETE ON {table} BEGIN
           INSERT INTO {table}_words ({table}_words, rowid, terms) VALUES ('delete', old.id, old.terms); END""",
    """CREATE TRIGGER {table}_words_anew AFTER UPDATE OF terms ON {table} BEGIN
           INSERT INTO {table}_words ({table}_words, rowid, terms) VALUES ('delete', old.id, old.terms);
           INSERT INTO {table}_words (rowid, terms) VALUES (new.id, new.terms); END""",
)
ON_POSTGRESQL = (
    # Long texts out of the way: rows are looked at by the thousand for their keys alone.
    "ALTER TABLE {table} SET (toast_tuple_target = 128)",
    """CREATE INDEX {table}_words ON {table} USING gin (to_tsvector('simple', terms))
       WITH (gin_pending_list_limit = {pending})""",
)
# Before what is no word of a text; `words.normaliser.ROOT` is another such.
FILTER = "0f"


def tables(table: str) -> list[str]:
    """What SQLite keeps beside a searchable table: no models, but tables all the same."""
    return [f"{table}_words{part}" for part in ("", "_config", "_data", "_idx")]


class Searchable(BesideModels):
    """A migration's operation: the table, whose model has `id` and `terms`, is searched from now on.

    SQLite loses the triggers when a later migration makes the table anew (most changes of a field): repeat it there.
    """

    def __init__(self, table: str) -> None:
        self.table = table

    def make(self, editor: BaseDatabaseSchemaEditor) -> None:
        statements = ON_SQLITE if editor.connection.vendor == "sqlite" else ON_POSTGRESQL
        for statement in statements:
            editor.execute(statement.format(table=self.table, tokens=TOKENS, pending=PENDING))

    def unmake(self, editor: BaseDatabaseSchemaEditor) -> None:
        if editor.connection.vendor != "sqlite":
            editor.execute(f"DROP INDEX {self.table}_words")
            editor.execute(f"ALTER TABLE {self.table} RESET (toast_tuple_target)")
            return
        for trigger in ("in", "out", "anew"):
            editor.execute(f"DROP TRIGGER {self.table}_words_{trigger}")
        editor.execute(f"DROP TABLE {self.table}_words")

    def describe(self) -> str:
        return f"Index the words of {self.table}"


@dataclass(frozen=True, slots=True)
class Expression:
    """Which terms a row has to have, as each database is asked for it."""

    fts5: str
    tsquery: str


def any_of(*parts: Expression | str) -> Expression:
    """Rows with one of these at least. Raises ValueError without any."""
    return _joined(parts, " OR ", " | ")


def all_of(*parts: Expression | str) -> Expression:
    """Rows with all of these. Raises ValueError without any."""
    return _joined(parts, " AND ", " & ")


def but(part: Expression | str, *without: Expression | str) -> Expression:
    """Rows with the first and none of the others."""
    if not without:
        return all_of(part)
    good, bad = all_of(part), any_of(*without)
    return Expression(f"({good.fts5} NOT {bad.fts5})", f"({good.tsquery} & !{bad.tsquery})")


def filter_term(name: str, value: object) -> str:
    """The term for a fact about a row, to find it by: of any value the same letters and digits each time."""
    return f"{FILTER}{name}{hashlib.blake2b(str(value).encode(), digest_size=6).hexdigest()}"


def terms(words: Iterable[str], *filters: str) -> str:
    """A row's `terms`: the words of its text and what it is filtered by. No text can put a filter's term among them."""
    return " ".join([*(word for word in words if not word.startswith(FILTER)), *filters])


def newest(
    model: type[models.Model], asked: Expression, most: int, *, before: int | None = None, after: int | None = None
) -> list[int]:
    """The keys of the rows that have it, the highest first, at most so many; between two keys where these are given.

    PostgreSQL looks at all rows with the rarest of the terms before it gives the first.
    """
    table, values = model._meta.db_table, [_value(asked)]
    key = "rowid" if connection.vendor == "sqlite" else "id"
    bounds = ""
    for sign, bound in (("<", before), (">", after)):
        if bound is not None:
            bounds += f" AND {key} {sign} %s"
            values.append(bound)
    if connection.vendor == "sqlite":
        statement = (
            f"SELECT rowid FROM {table}_words WHERE {table}_words MATCH %s{bounds}"  # noqa: S608 (a model's table)
            f" ORDER BY rowid DESC LIMIT {most:d}"
        )
    else:
        # Kept apart by the offset, or it may walk the keys downwards and look into every row on its way.
        statement = (
            f"SELECT id FROM (SELECT id FROM {table} WHERE {_has()}{bounds} OFFSET 0) AS found"  # noqa: S608
            f" ORDER BY id DESC LIMIT {most:d}"
        )
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [row[0] for row in cursor.fetchall()]


def filtered(rows: QuerySet[Row], asked: Expression) -> QuerySet[Row]:
    """Of these rows those that have it: for conditions that the terms don't know."""
    table = rows.model._meta.db_table
    if connection.vendor == "sqlite":
        statement = f"SELECT rowid FROM {table}_words WHERE {table}_words MATCH %s"  # noqa: S608
    else:
        statement = f"SELECT id FROM {table} WHERE {_has()}"  # noqa: S608
    return rows.filter(pk__in=RawSQL(statement, [_value(asked)]))  # noqa: S611


def _joined(parts: tuple[Expression | str, ...], fts5: str, tsquery: str) -> Expression:
    if not parts:
        raise ValueError("There is nothing to look for.")
    taken = [_taken(part) for part in parts]
    if len(taken) == 1:
        return taken[0]
    return Expression(
        "(" + fts5.join(part.fts5 for part in taken) + ")", "(" + tsquery.join(part.tsquery for part in taken) + ")"
    )


def _taken(part: Expression | str) -> Expression:
    """Raises ValueError for what is no term: it could mean something to the database."""
    if isinstance(part, Expression):
        return part
    if not part.isalnum():
        raise ValueError(f"{part!r} is not a term.")
    return Expression(f'"{part}"', f"'{part}'")


def _value(asked: Expression) -> Any:
    return asked.fts5 if connection.vendor == "sqlite" else asked.tsquery


def _has() -> str:
    return "to_tsvector('simple', terms) @@ %s::tsquery"
