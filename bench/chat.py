"""Durable customer messages through the public POST, beside the floor."""

from __future__ import annotations

import sqlite3
from collections import Counter

from bench.report import Figure, Missed, Promise, typical
from bench.run import Run
from bench.server import Place, Server, aspa, floor, generate, place, prepared

VISITORS = (32, 128)
SECONDS = 4


def measure(run: Run) -> list[Figure]:
    return [figure for database in run.databases for figure in on(database, run)]


def on(database: str, run: Run) -> list[Figure]:
    with place(database) as ours, place(database) as beside:
        seed = prepared(ours)
        floor_seed = prepared(beside, conversations=sum(VISITORS) * (run.times + 1))
        acknowledged: list[str] = []
        rates: dict[tuple[str, int], list[float]] = {}
        with aspa(ours) as product, floor(beside, floor_seed) as bare:
            warm(product, seed.public_id, acknowledged)
            for _ in range(run.times):
                for visitors in VISITORS:
                    rate, _ = send(bare, floor_seed.public_id, visitors, run)
                    rates.setdefault(("floor", visitors), []).append(rate)
                    rate, stored = send(product, seed.public_id, visitors, run)
                    rates.setdefault(("product", visitors), []).append(rate)
                    acknowledged += stored
        verify(ours, acknowledged)
    # The absolute bound is promised for SQLite; on PostgreSQL the share is.
    promise = Promise(share_at_least=0.6, at_least=1000 if database == "SQLite" else None)
    return [
        Figure(
            f"messages, {visitors} visitors, {database}",
            typical(rates["product", visitors]),
            "/s",
            promise,
            typical(rates["floor", visitors]),
        )
        for visitors in VISITORS
    ]


def warm(server: Server, public_id: str, acknowledged: list[str]) -> None:
    """A first second of work, so that nothing is imported while it is measured."""
    found = generate("chat", port=server.port, public_id=public_id, visitors=8, seconds=0.5)
    acknowledged += found["acknowledged"]


def send(server: Server, public_id: str, visitors: int, run: Run) -> tuple[float, list[str]]:
    """Messages acknowledged a second, and their client ids."""
    found = generate("chat", port=server.port, public_id=public_id, visitors=visitors, seconds=run.seconds(SECONDS))
    return found["rate"], found["acknowledged"]


def verify(at: Place, acknowledged: list[str]) -> None:
    """Raises Missed unless every acknowledged message is stored exactly once and has exactly one event."""
    stored = Counter(client_ids(at))
    missing = sum(1 for one in acknowledged if one not in stored)
    double = sum(1 for times in stored.values() if times > 1)
    if missing or double:
        raise Missed(
            f"Of {len(acknowledged)} acknowledged messages {missing} are missing and {double} are stored twice."
        )


def client_ids(at: Place) -> list[str]:
    """The client id of every message, once for each of its events (so that a missing or a second event shows)."""
    query = (
        "SELECT message.client_id FROM conversations_message message JOIN conversations_event event"
        " ON event.message_id = message.id AND event.kind = 'received' WHERE message.client_id IS NOT NULL"
    )
    if at.database_url.startswith("sqlite"):
        connection = sqlite3.connect(at.database_url.removeprefix("sqlite:///"))
        try:
            return [row[0] for row in connection.execute(query)]
        finally:
            connection.close()
    import psycopg

    with psycopg.connect(at.database_url) as session:
        return [row[0] for row in session.execute(query.encode())]
