"""Order events in batches of a hundred through the API, beside plain inserts of the same rows.

Every event is one that changes something: it moves one of 5,000 orders of 1,000 customers, and its customer is marked as
changed. `python -m bench.ingest seed` fills the installation of its environment and prints the key; `python -m
bench.ingest send JSON` is the shop, in a process of its own.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import os
import sqlite3
import sys
import time
from typing import Any, Protocol

from bench.floor import PRAGMAS
from bench.report import Figure, Missed, Promise, typical
from bench.run import Run
from bench.server import Place, aspa, place
from testing.programs import run_program

ORDERS, CUSTOMERS = 5_000, 1_000
BATCH = 100
# As a shop with several workers sends.
CONNECTIONS = 4
SECONDS = 4
STATUSES = ("placed", "paid", "packed", "shipped", "delivered")
START = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
PER_SECOND = 2_000
Row = tuple[Any, ...]


def measure(run: Run) -> list[Figure]:
    return [on(database, run) for database in run.databases]


def on(database: str, run: Run) -> Figure:
    rates: dict[str, list[float]] = {"product": [], "floor": []}
    sent = 0
    with place(database) as ours, place(database) as beside:
        key = run_program(ours.environment, "-m", "bench.ingest", "seed").strip()
        run_program(beside.environment, "-m", "bench.ingest", "seed")
        with aspa(ours) as server, _floor(beside) as floor:
            # A first second of work, so that nothing is imported while it is measured.
            sent += _send(server.port, key, sent, 0.5)["events"]
            done = 0
            for _ in range(run.times):
                found = _send(server.port, key, sent, run.seconds(SECONDS))
                sent += found["events"]
                rates["product"].append(found["rate"])
                rate, done = insert(floor, done, run.seconds(SECONDS) / 2)
                rates["floor"].append(rate)
        verify(ours, sent)
    # The bound is promised for SQLite; on PostgreSQL it is only measured.
    promise = Promise(at_least=PER_SECOND if database == "SQLite" else None)
    name = f"order events, batches of {BATCH}, {database}"
    return Figure(name, typical(rates["product"]), "/s", promise, typical(rates["floor"]))


def event(number: int) -> dict[str, Any]:
    """The event of that number: each time the next order, and for an order the next moment."""
    turn = number // ORDERS
    return {
        "type": "order_event",
        "order_external_id": str(number * 7 % ORDERS),
        "external_id": f"e{number}",
        "kind": STATUSES[turn % len(STATUSES)],
        "at": (START + dt.timedelta(seconds=turn)).isoformat(),
    }


def verify(at: Place, sent: int) -> None:
    """Raises Missed unless every acknowledged event is stored exactly once and has moved its order."""
    query = "SELECT count(*), count(DISTINCT external_id) FROM commerce_orderevent"
    behind = (
        "SELECT count(*) FROM commerce_order o JOIN commerce_orderevent e ON e.order_id = o.id WHERE e.at > o.status_at"
    )
    if at.database_url.startswith("sqlite"):
        connection = sqlite3.connect(at.database_url.removeprefix("sqlite:///"))
        stored, (late,) = connection.execute(query).fetchone(), connection.execute(behind).fetchone()
        connection.close()
    else:
        import psycopg

        with psycopg.connect(at.database_url) as session:
            stored = session.execute(query).fetchone()
            (late,) = session.execute(behind.encode()).fetchone() or (0,)
    if tuple(stored or ()) != (sent, sent) or late:
        raise Missed(f"Of {sent} acknowledged events {stored} are stored; {late} have not moved their order.")


class Floor(Protocol):
    """A database with the seeded orders, and their ids by number."""

    orders: list[int]
    contacts: list[int]

    def add(self, events: list[Row], moves: list[Row], marks: list[Row]) -> None: ...


EVENTS = "INSERT INTO commerce_orderevent (order_id, external_id, kind, at, text, data) VALUES (?, ?, ?, ?, '', '{}')"
MOVES = "UPDATE commerce_order SET status = ?, status_at = ? WHERE id = ?"
MARKS = "INSERT INTO people_contactchange (contact_id, at) VALUES (?, ?) ON CONFLICT (contact_id) DO UPDATE SET at = excluded.at"
SEEDED = "SELECT id, contact_id FROM commerce_order ORDER BY CAST(external_id AS integer)"


class Sqlite:
    def __init__(self, path: str) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None, timeout=20)
        for pragma in PRAGMAS:
            self._connection.execute(f"PRAGMA {pragma}")
        self.orders, self.contacts = map(list, zip(*self._connection.execute(SEEDED), strict=True))

    def __enter__(self) -> Sqlite:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def add(self, events: list[Row], moves: list[Row], marks: list[Row]) -> None:
        self._connection.execute("BEGIN IMMEDIATE")
        self._connection.executemany(EVENTS, events)
        self._connection.executemany(MOVES, moves)
        self._connection.executemany(MARKS, marks)
        self._connection.execute("COMMIT")


class Postgres:
    def __init__(self, url: str) -> None:
        import psycopg

        self._connection = psycopg.connect(url)
        self.orders, self.contacts = map(list, zip(*self._connection.execute(SEEDED.encode()), strict=True))
        self._connection.commit()

    def __enter__(self) -> Postgres:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def add(self, events: list[Row], moves: list[Row], marks: list[Row]) -> None:
        with self._connection.transaction(), self._connection.cursor() as cursor:
            for sql, rows in ((EVENTS, events), (MOVES, moves), (MARKS, marks)):
                cursor.executemany(sql.replace("?", "%s").encode(), rows)


def insert(floor: Floor, first: int, seconds: float) -> tuple[float, int]:
    """Write batches for so long: how many events a second that makes, and the number of the next one."""
    number, began = first, time.perf_counter()
    while (took := time.perf_counter() - began) < seconds:
        batch = [event(each) for each in range(number, number + BATCH)]
        places = [int(one["order_external_id"]) for one in batch]
        now = dt.datetime.now(dt.UTC).isoformat(sep=" ")
        floor.add(
            [
                (floor.orders[at], one["external_id"], one["kind"], one["at"].replace("T", " "))
                for at, one in zip(places, batch, strict=True)
            ],
            [
                (one["kind"], one["at"].replace("T", " "), floor.orders[at])
                for at, one in zip(places, batch, strict=True)
            ],
            [(contact, now) for contact in sorted({floor.contacts[at] for at in places})],
        )
        number += BATCH
    return (number - first) / took, number


def _floor(at: Place) -> Sqlite | Postgres:
    sqlite = at.database_url.startswith("sqlite:///")
    return Sqlite(at.database_url.removeprefix("sqlite:///")) if sqlite else Postgres(at.database_url)


def _send(port: int, key: str, first: int, seconds: float) -> dict[str, Any]:
    asked = json.dumps({"port": port, "key": key, "first": first, "seconds": seconds})
    found: dict[str, Any] = json.loads(run_program(dict(os.environ), "-m", "bench.ingest", "send", asked))
    return found


def seed() -> str:
    """Orders and their customers, and a key to move them with."""
    from aspa.core.inboxes.models import Brand
    from aspa.service.commerce import ingest, sources
    from aspa.service.commerce.records import OrderRecord, Who
    from aspa.web.rest import keys
    from aspa.web.rest.models import Scope

    source = sources.create(Brand.objects.create(name="Bench", slug="bench"), sources.API, "Shop")
    ingest.take(
        source,
        [
            OrderRecord(
                external_id=str(number),
                updated_at=START - dt.timedelta(days=1),
                who=Who(external_id=f"c{number % CUSTOMERS}", name=f"Customer {number % CUSTOMERS}"),
                total=12_500,
            )
            for number in range(ORDERS)
        ],
    )
    return keys.make(source, "Bench", [Scope.INGEST], by=None)[1]


async def send(port: int, key: str, first: int, seconds: float) -> dict[str, Any]:
    """Events acknowledged as new in a second, and how many there were. Raises Lost for any answer but 200."""
    from bench.wire import Http, Lost, connect, post

    headers = {"Host": f"127.0.0.1:{port}", "Authorization": f"Bearer {key}"}
    number, taken = first, 0

    async def work(connection: Http, end: float) -> None:
        nonlocal number, taken
        while time.perf_counter() < end:
            start, number = number, number + BATCH
            body = json.dumps({"records": [event(each) for each in range(start, start + BATCH)]}).encode()
            status, answer = await connection.ask(post("/api/v1/ingest", body, headers))
            if status != 200:
                raise Lost(f"Answered {status}: {answer[:300].decode(errors='replace')}")
            taken += json.loads(answer)["taken"]

    connections = [await connect(("127.0.0.1", port)) for _ in range(CONNECTIONS)]
    began = time.perf_counter()
    await asyncio.gather(*(work(connection, began + seconds) for connection in connections))
    return {"rate": taken / (time.perf_counter() - began), "events": taken}


def main(what: str, asked: str = "{}") -> None:
    if what == "seed":
        import django

        django.setup()
        print(seed())
    else:
        print(json.dumps(asyncio.run(send(**json.loads(asked)))))


if __name__ == "__main__":
    main(*sys.argv[1:])
