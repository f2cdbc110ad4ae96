"""The floor: the least that a server can do for the same promise, on the same uvicorn settings.

A POST is answered when its message and its event are committed; messages that arrive together are committed together
by one writer thread with `executemany`. Nobody is authenticated, nothing is looked up, no rule is applied. Each
message is also told to every open socket. Run as `python -m bench.floor PORT DATABASE_URL INBOX_ID FIRST_CONVERSATION`.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import itertools
import json
import queue
import sqlite3
import sys
import threading
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

MESSAGE = (
    "id", "conversation_id", "inbox_id", "kind", "is_public", "text", "html", "code", "data", "has_attachments",
    "created_at", "state", "state_reason", "external_id", "client_id",
)  # fmt: skip
EVENT = ("conversation_id", "inbox_id", "kind", "message_id", "by_contact", "data", "created_at")
# The product's own, Django's foreign_keys among them.
PRAGMAS = (
    "journal_mode=WAL", "synchronous=FULL", "cache_size=-32000", "mmap_size=268435456", "temp_store=MEMORY",
    "foreign_keys=ON",
)  # fmt: skip
Row = tuple[Any, ...]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[dict[str, Any]]]


def insert(table: str, columns: tuple[str, ...], mark: str) -> str:
    return f"INSERT INTO {table} ({','.join(columns)}) VALUES ({','.join([mark] * len(columns))})"


class Store(Protocol):
    """A database that takes messages with their events, all or none."""

    first_id: int

    def add(self, messages: list[Row], events: list[Row]) -> None: ...


class Sqlite:
    def __init__(self, path: str) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=20)
        for pragma in PRAGMAS:
            self._connection.execute(f"PRAGMA {pragma}")
        (last,) = self._connection.execute("SELECT coalesce(max(id), 0) FROM conversations_message").fetchone()
        self.first_id = last + 1

    def add(self, messages: list[Row], events: list[Row]) -> None:
        self._connection.execute("BEGIN IMMEDIATE")
        self._connection.executemany(insert("conversations_message", MESSAGE, "?"), messages)
        self._connection.executemany(insert("conversations_event", EVENT, "?"), events)
        self._connection.execute("COMMIT")


class Postgres:
    def __init__(self, url: str) -> None:
        import psycopg

        self._connection = psycopg.connect(url)
        found = self._connection.execute("SELECT coalesce(max(id), 0) FROM conversations_message").fetchone()
        self._connection.commit()
        self.first_id = (found or (0,))[0] + 1

    def add(self, messages: list[Row], events: list[Row]) -> None:
        with self._connection.transaction(), self._connection.cursor() as cursor:
            cursor.executemany(insert("conversations_message", MESSAGE, "%s"), messages)
            cursor.executemany(insert("conversations_event", EVENT, "%s"), events)


class Floor:
    """The ASGI application and its writer."""

    def __init__(self, store: Store, inbox_id: int, first_conversation: int) -> None:
        self._store = store
        self._inbox_id = inbox_id
        self._visitors = itertools.count(first_conversation)
        self._ids = itertools.count(store.first_id)
        self._waiting: queue.SimpleQueue[tuple[Row, Row, asyncio.Future[None]]] = queue.SimpleQueue()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._sockets: set[Send] = set()

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "websocket":
            await self._listen(receive, send)
        elif scope["method"] == "POST":
            await self._take(scope, receive, send)
        else:
            await answer(send, 200, {})

    async def _live(self, receive: Receive, send: Send) -> None:
        self._loop = asyncio.get_running_loop()
        threading.Thread(target=self._write, daemon=True).start()
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})

    def _write(self) -> None:
        while True:
            batch = [self._waiting.get()]
            while not self._waiting.empty():
                batch.append(self._waiting.get())
            self._store.add([message for message, _, _ in batch], [event for _, event, _ in batch])
            assert self._loop is not None
            self._loop.call_soon_threadsafe(done, [future for _, _, future in batch])

    async def _take(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        body, more = b"", True
        while more:
            part = await receive()
            body, more = body + part.get("body", b""), part.get("more_body", False)
        asked = json.loads(body)
        given = dict(scope["headers"]).get(b"authorization", b"").decode().removeprefix("Bearer ")
        token = given or str(next(self._visitors))
        conversation, number, client_id = int(token), next(self._ids), asked["client_id"]
        now = dt.datetime.now(dt.UTC).isoformat(sep=" ")
        message = (
            number, conversation, self._inbox_id, "incoming", True, asked["text"], "", "", "{}", False, now,
            "stored", "", f"{token}:{client_id}", client_id,
        )  # fmt: skip
        event = (conversation, self._inbox_id, "received", number, True, "{}", now)
        future = asyncio.get_running_loop().create_future()
        self._waiting.put((message, event, future))
        await future
        told = {"id": number, "client_id": client_id, "text": asked["text"], "at": now}
        for socket in list(self._sockets):
            words = {"type": "event", "conversation": conversation, "message_id": number, "html": asked["text"]}
            await socket({"type": "websocket.send", "text": json.dumps(words)})
        await answer(send, 201, {"message": told, "conversation": {"id": conversation}, "token": token})

    async def _listen(self, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        # The desk hears of messages, idle visitors have nothing to hear.
        while (event := await receive())["type"] == "websocket.receive":
            said = json.loads(event["text"])
            if said["type"] == "watch":
                self._sockets.add(send)
            elif said["type"] == "hello":
                await send({"type": "websocket.send", "text": '{"type":"welcome"}'})
        self._sockets.discard(send)


def done(futures: list[asyncio.Future[None]]) -> None:
    for future in futures:
        if not future.done():
            future.set_result(None)


async def answer(send: Send, status: int, content: dict[str, Any]) -> None:
    body = json.dumps(content).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def store_at(database_url: str) -> Store:
    """The database that the address names."""
    sqlite = database_url.startswith("sqlite:///")
    return Sqlite(database_url.removeprefix("sqlite:///")) if sqlite else Postgres(database_url)


def main(port: str, database_url: str, inbox_id: str, first_conversation: str) -> None:
    import uvicorn

    uvicorn.run(
        Floor(store_at(database_url), int(inbox_id), int(first_conversation)),
        host="127.0.0.1",
        port=int(port),
        loop="uvloop",
        http="httptools",
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        backlog=4096,
        access_log=False,
        log_level="warning",
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
