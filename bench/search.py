"""How often the right help article is among the first three, by class of question; beside what simpler searches find.

The floor is plain FTS5. PostgreSQL's `finnish` and a substring match are printed too, on the same questions.
"""

from __future__ import annotations

import os
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import psycopg

from bench.relevance import Article, Query, articles, queries
from bench.report import Figure, Promise
from bench.run import Run
from testing.services import postgres

FIRST = 3
# Per cent, by class; the others are shown without a promise.
LEAST = {"inflected": 95, "compound": 95, "typo": 85, "paraphrase": 50}
# What a database finds is ranked by us, so many of it.
LOOKED_AT = 100
TOKENS = "unicode61 remove_diacritics 0"

# Finds the keys of a shop's articles for a question, best first.
Search = Callable[[Query], list[str]]


def measure(run: Run) -> list[Figure]:
    # Settings are read where the dictionaries are kept.
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aspa.config.settings")
    found, asked = articles(), queries()
    plain = recall(plain_fts5(found), asked)
    told = {"plain FTS5": plain, "substring": recall(substring(found), asked)}
    ours: dict[str, dict[str, float]] = {}
    if "SQLite" in run.databases:
        ours["SQLite"] = recall(on_sqlite(found), asked)
    if "PostgreSQL" in run.databases:
        with server() as connection:
            told["PostgreSQL's finnish"] = recall(in_finnish(connection, found), asked)
            ours["PostgreSQL"] = recall(on_postgresql(connection, found), asked)
    kinds = Counter(query.kind for query in asked)
    for name, shares in told.items():
        print(f"{name}: " + ", ".join(f"{kind} {shares[kind]:.0f} %" for kind in kinds), flush=True)
    return [
        Figure(
            f"recall@{FIRST}, {kind} ({count}), {database}", shares[kind], "%", Promise(LEAST.get(kind)), plain[kind]
        )
        for database, shares in ours.items()
        for kind, count in kinds.items()
    ]


def recall(search: Search, asked: Sequence[Query]) -> dict[str, float]:
    """Per cent of each class whose answer is among the first."""
    hits: Counter[str] = Counter()
    for query in asked:
        hits[query.kind] += bool(set(search(query)[:FIRST]) & set(query.answers))
    return {kind: 100 * hits[kind] / count for kind, count in Counter(query.kind for query in asked).items()}


def on_sqlite(found: Sequence[Article]) -> Search:
    """Our strings in FTS5, a table for each shop; what it finds is ranked by us."""
    connection, shelves = sqlite3.connect(":memory:"), shelved(found)
    for shop in shelves:
        connection.execute(f"CREATE VIRTUAL TABLE {shop} USING fts5(key UNINDEXED, terms, tokenize='{TOKENS}')")
    for shop, shelf in shelves.items():
        rows = [(key, " ".join(one.title + one.body)) for key, one in shelf.documents.items()]
        connection.executemany(f"INSERT INTO {shop} VALUES (?, ?)", rows)

    def search(query: Query) -> list[str]:
        wanted = shelves[query.shop].wanted(query)
        match = " OR ".join(f'"{term}"' for term in dict.fromkeys(term for one in wanted for term in one))
        statement = f"SELECT key FROM {query.shop} WHERE {query.shop} MATCH ? ORDER BY rank LIMIT {LOOKED_AT}"
        return shelves[query.shop].ranked(wanted, keys(connection.execute(statement, (match,))))

    return search


def on_postgresql(connection: psycopg.Connection, found: Sequence[Article]) -> Search:
    """The same in a tsvector of `simple`."""
    shelves = shelved(found)
    connection.execute("CREATE TEMP TABLE ours (shop text, key text, terms tsvector)")
    for shop, shelf in shelves.items():
        for key, one in shelf.documents.items():
            text = " ".join(one.title + one.body)
            connection.execute("INSERT INTO ours VALUES (%s, %s, to_tsvector('simple', %s))", (shop, key, text))

    def search(query: Query) -> list[str]:
        wanted = shelves[query.shop].wanted(query)
        match = " | ".join(f"'{term}'" for term in dict.fromkeys(term for one in wanted for term in one))
        statement = (
            "SELECT key FROM ours, to_tsquery('simple', %s) AS asked WHERE shop = %s AND terms @@ asked"
            " ORDER BY ts_rank(terms, asked) DESC LIMIT %s"
        )
        values = (match, query.shop, LOOKED_AT)
        return shelves[query.shop].ranked(wanted, keys(connection.execute(statement, values)))

    return search


def plain_fts5(found: Sequence[Article]) -> Search:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE plain USING fts5(shop UNINDEXED, key UNINDEXED, title, body)")
    for one in found:
        connection.execute("INSERT INTO plain VALUES (?, ?, ?, ?)", (one.shop, one.key, one.title, one.body))

    def search(query: Query) -> list[str]:
        match = " OR ".join(f'"{word}"' for word in words_of(query))
        return keys(
            connection.execute(
                "SELECT key FROM plain WHERE plain MATCH ? AND shop = ? ORDER BY bm25(plain, 0, 0, 6, 1) LIMIT ?",
                (match, query.shop, FIRST),
            )
        )

    return search


def in_finnish(connection: psycopg.Connection, found: Sequence[Article]) -> Search:
    connection.execute("CREATE TEMP TABLE finnish (shop text, key text, words tsvector)")
    for one in found:
        connection.execute(
            "INSERT INTO finnish VALUES"
            " (%s, %s, setweight(to_tsvector('finnish', %s), 'A') || to_tsvector('finnish', %s))",
            (one.shop, one.key, one.title, one.body),
        )

    def search(query: Query) -> list[str]:
        return keys(
            connection.execute(
                "SELECT key FROM finnish, websearch_to_tsquery('finnish', %s) AS asked WHERE shop = %s AND words @@ asked"
                " ORDER BY ts_rank(words, asked) DESC LIMIT %s",
                (" or ".join(words_of(query)), query.shop, FIRST),
            )
        )

    return search


def substring(found: Sequence[Article]) -> Search:
    """The articles with the most of the words somewhere in them."""

    def search(query: Query) -> list[str]:
        counts = {
            one.key: sum(word in f"{one.title} {one.body}".casefold() for word in words_of(query))
            for one in found
            if one.shop == query.shop
        }
        return [key for key, count in sorted(counts.items(), key=lambda pair: -pair[1]) if count][:FIRST]

    return search


class Shelf:
    """A shop's articles as the ranking sees them."""

    def __init__(self, found: Sequence[Article]) -> None:
        from aspa.service.search import ranking
        from aspa.service.search.words.normaliser import indexed
        from aspa.service.search.words.spelling import Vocabulary

        def counted(text: str, language: str) -> Counter[str]:
            return Counter(indexed(text, language).split())

        self.documents = {
            one.key: ranking.Document(counted(one.title, one.language), counted(one.body, one.language))
            for one in found
        }
        having = Counter(term for one in self.documents.values() for term in {*one.title, *one.body})
        length = sum(one.body.total() for one in self.documents.values()) / len(self.documents)
        self.vocabulary = Vocabulary(having)
        self.among = ranking.Collection(len(self.documents), length, having.__getitem__)

    def wanted(self, query: Query) -> list[dict[str, float]]:
        from aspa.service.search.words.normaliser import asked
        from aspa.service.search.words.spelling import mended

        return [mended(one, self.vocabulary) for one in asked(query.text)]

    def ranked(self, wanted: list[dict[str, float]], candidates: Sequence[str]) -> list[str]:
        from aspa.service.search.ranking import score

        scores = {key: score(wanted, self.documents[key], self.among) for key in candidates}
        return sorted(scores, key=lambda key: (-scores[key], key))[:FIRST]


def shelved(found: Sequence[Article]) -> dict[str, Shelf]:
    return {shop: Shelf([one for one in found if one.shop == shop]) for shop in {one.shop for one in found}}


def words_of(query: Query) -> list[str]:
    return [word.strip(",.?!") for word in query.text.casefold().split()]


def keys(rows: sqlite3.Cursor | psycopg.Cursor) -> list[str]:
    return [row[0] for row in rows.fetchall()]


@contextmanager
def server() -> Iterator[psycopg.Connection]:
    with postgres() as address, psycopg.connect(address) as connection:
        yield connection
