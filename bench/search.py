"""How often the right help article is among the first three, by class of question, and how long a search takes.

The product's own search over its own index answers, on each database. The floor is plain FTS5 on the same questions;
PostgreSQL's `finnish` and a substring match are printed too. For speed the floor is the bare statement that finds the
newest documents with any of the words.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg

from bench.relevance import Article, Query, Set, sets
from bench.report import Figure, Missed, Promise, percentile
from bench.run import Run
from bench.server import Place, place
from testing.programs import run_program
from testing.services import postgres

FIRST = 3
# Per cent, by class; the others are shown without a promise.
LEAST = {"inflected": 95, "compound": 95, "typo": 85, "paraphrase": 50}
MANY, QUICK = 100_000, 5_000
P95_MS, LAG_MS = {"search": 40, "suggest": 15}, 1000
CALLED = {"search": "a search", "suggest": "an autocompletion"}

# Finds the keys of a shop's articles for a question, best first.
Search = Callable[[Query], list[str]]


def measure(run: Run) -> list[Figure]:
    measured = sets()
    floors = [told(one, run) for one in measured]
    answers: dict[str, dict[str, list[list[str]]]] = {}
    figures: list[Figure] = []
    for database in run.databases:
        with place(database) as at:
            answers[database] = ours(at, "recall")["found"]
        for one, floor in zip(measured, floors, strict=True):
            figures += recalled(one, database, answers[database][one.name], floor)
        with place(database) as at:
            figures += timed(database, ours(at, "speed", str(QUICK if run.quick else MANY)), run)
    if len({json.dumps(one) for one in answers.values()}) > 1:
        raise Missed("The databases answer differently.")
    return figures


def told(one: Set, run: Run) -> dict[str, float]:
    """Print what simpler searches recall of the set, and give what plain FTS5 does."""
    plain = recall(plain_fts5(one.articles), one.queries)
    simpler = {"plain FTS5": plain, "substring": recall(substring(one.articles), one.queries)}
    if "PostgreSQL" in run.databases:
        with server() as connection:
            simpler["PostgreSQL's finnish"] = recall(in_finnish(connection, one.articles), one.queries)
    for name, shares in simpler.items():
        shown = ", ".join(f"{kind} {share:.0f} %" for kind, share in shares.items())
        print(f"{name}, {one.name}: {shown}", flush=True)
    return plain


def ours(at: Place, *arguments: str) -> dict[str, Any]:
    """What the product's own search found or took, in the place."""
    told: dict[str, Any] = json.loads(run_program(at.environment, "-m", "bench.searching", *arguments).splitlines()[-1])
    return told


def recalled(one: Set, database: str, found: list[list[str]], plain: dict[str, float]) -> Iterator[Figure]:
    shares = recall(dict(zip(one.queries, found, strict=True)).__getitem__, one.queries)
    for kind, count in Counter(query.kind for query in one.queries).items():
        name = f"recall@{FIRST}, {one.name}, {kind} ({count}), {database}"
        yield Figure(name, shares[kind], "%", Promise(LEAST.get(kind)), plain[kind])


def timed(database: str, took: dict[str, list[float]], run: Run) -> Iterator[Figure]:
    size = QUICK if run.quick else MANY
    for what, most in P95_MS.items():
        name = f"{CALLED[what]} among {size:,} articles, p95, {database}"
        floor = percentile(took[f"bare {what}"], 0.95)
        yield Figure(name, percentile(took[what], 0.95), "ms", Promise(at_most=most), floor)
    name = f"from publishing to being found, among {size:,} articles, p95, {database}"
    yield Figure(name, percentile(took["lag"], 0.95), "ms", Promise(at_most=LAG_MS))


def recall(search: Search, asked: Sequence[Query]) -> dict[str, float]:
    """Per cent of each class whose answer is among the first."""
    hits: Counter[str] = Counter()
    for query in asked:
        hits[query.kind] += bool(set(search(query)[:FIRST]) & set(query.answers))
    return {kind: 100 * hits[kind] / count for kind, count in Counter(query.kind for query in asked).items()}


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


def words_of(query: Query) -> list[str]:
    return [word.strip(",.?!") for word in query.text.casefold().split()]


def keys(rows: sqlite3.Cursor | psycopg.Cursor) -> list[str]:
    return [row[0] for row in rows.fetchall()]


@contextmanager
def server() -> Iterator[psycopg.Connection]:
    with postgres() as address, psycopg.connect(address) as connection:
        yield connection
