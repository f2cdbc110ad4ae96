"""The load generator, always a process of its own: `python -m bench.load chat|steady|live|idle JSON FILE`.

chat   visitors, each on its own connection, send as fast as they are answered
steady visitors send at a steady pace
live   visitors send at a steady pace; agents' sockets, one watching each conversation, wait for the messages
idle   visitors' sockets that only stay; they go when standard input ends

The JSON holds the arguments of the function of that name; what it found is written to the file.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
import uuid
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from bench.wire import Address, Http, Lost, Socket, connect, open_socket, post

TEXT = "Hei! Tilasin viime viikolla kahvinkeittimen, mutta paketti ei ole vieläkään saapunut. Missä se on?"
PING_SECONDS = 25
WAIT_SECONDS = 5
# All the visitors came in one moment, which customers don't: their conversations and receipts are made first.
SETTLING_SECONDS = 2
TOLD_WITHIN = 30
# Connections opened at once; a crowd does not arrive in one millisecond.
ARRIVING = 100


class Visitor:
    """One customer on one keep-alive connection, with a token of their own from the first answer on."""

    def __init__(self, connection: Http, server: Address, public_id: str) -> None:
        self._connection = connection
        self._path = f"/chat/v1/{public_id}/messages"
        self._headers = {"Host": f"{server[0]}:{server[1]}", "Origin": f"http://{server[0]}:{server[1]}"}
        self.acknowledged: list[str] = []
        self.conversation = 0

    async def send(self) -> int:
        """Send one message; its id once the server has acknowledged it. Raises Lost for any answer but 201."""
        client_id = str(uuid.uuid4())
        body = json.dumps({"client_id": client_id, "text": TEXT, "attachments": [], "language": "fi"}).encode()
        status, answer = await self._connection.ask(post(self._path, body, self._headers))
        if status != 201:
            raise Lost(f"Answered {status}: {answer[:300].decode(errors='replace')}")
        self.acknowledged.append(client_id)
        told = json.loads(answer)
        if not self.conversation:
            self._headers["Authorization"] = f"Bearer {told['token']}"
            self.conversation = told["conversation"]["id"]
        return int(told["message"]["id"])


async def arrive(server: Address, public_id: str, visitors: int) -> list[Visitor]:
    """So many visitors, each with a conversation begun."""
    crowd = [Visitor(await connect(server), server, public_id) for _ in range(visitors)]
    for start in range(0, len(crowd), ARRIVING):
        await asyncio.gather(*(visitor.send() for visitor in crowd[start : start + ARRIVING]))
    return crowd


async def chat(port: int, public_id: str, visitors: int, seconds: float) -> dict[str, Any]:
    """Messages acknowledged a second, and every acknowledged client id."""
    crowd = await arrive(("127.0.0.1", port), public_id, visitors)
    await asyncio.sleep(SETTLING_SECONDS)
    before = sum(len(visitor.acknowledged) for visitor in crowd)
    started = time.perf_counter()
    end = started + seconds

    async def write(visitor: Visitor) -> None:
        while time.perf_counter() < end:
            await visitor.send()

    await asyncio.gather(*(write(visitor) for visitor in crowd))
    took = time.perf_counter() - started
    sent = sum(len(visitor.acknowledged) for visitor in crowd) - before
    return {"rate": sent / took, "acknowledged": [one for visitor in crowd for one in visitor.acknowledged]}


async def steady(port: int, public_id: str, visitors: int, rate: float, seconds: float) -> dict[str, Any]:
    """Messages acknowledged a second, and the seconds that each took from when it was due."""
    crowd = await arrive(("127.0.0.1", port), public_id, visitors)
    await asyncio.sleep(SETTLING_SECONDS)
    pace, took = visitors / rate, list[float]()
    started = time.perf_counter()

    async def write(number: int, visitor: Visitor) -> None:
        due = started + pace * number / visitors
        while due < started + seconds:
            await asyncio.sleep(max(0, due - time.perf_counter()))
            await visitor.send()
            took.append(time.perf_counter() - due)
            due += pace

    await asyncio.gather(*(write(number, visitor) for number, visitor in enumerate(crowd)))
    return {"rate": len(took) / (time.perf_counter() - started), "took": took}


class Page:
    """An agent's page: a socket that watches one conversation and notes when each of its messages is there."""

    def __init__(self) -> None:
        self.seen: dict[int, float] = {}
        self.welcome = asyncio.Event()

    def heard(self, frame: bytes) -> None:
        now = time.perf_counter()
        said = json.loads(frame)
        if said["type"] == "welcome":
            self.welcome.set()
        # The rendered message, not merely the hint that a list changed.
        elif said["type"] == "event" and said.get("html"):
            self.seen.setdefault(said["message_id"], now)

    async def open(self, server: Address, cookie: str, conversation: int) -> Socket:
        headers = {"Origin": f"http://{server[0]}:{server[1]}", "Cookie": cookie}
        socket = await open_socket(server, "/live/desk", self.heard, headers)
        socket.say(b'{"type":"hello","after":null}')
        await asyncio.wait_for(self.welcome.wait(), WAIT_SECONDS)
        socket.say(json.dumps({"type": "watch", "conversation": conversation}).encode())
        return socket


async def live(port: int, public_id: str, cookie: str, pairs: int, rate: float, seconds: float) -> dict[str, Any]:
    """Seconds from the start of each POST until the watching agent's socket has the message; `lost`: never came."""
    server = ("127.0.0.1", port)
    crowd = await arrive(server, public_id, pairs)
    pages = [Page() for _ in crowd]
    sockets = [
        await page.open(server, cookie, visitor.conversation) for page, visitor in zip(pages, crowd, strict=True)
    ]
    await asyncio.sleep(SETTLING_SECONDS)
    pace = pairs / rate
    started: dict[tuple[int, int], float] = {}

    async def write(number: int, visitor: Visitor) -> None:
        due = time.perf_counter() + pace * number / pairs
        end = due + seconds
        while due < end:
            await asyncio.sleep(max(0, due - time.perf_counter()))
            # Measured from when it was due: a slow answer must not hide the wait of the next message.
            started[number, await visitor.send()] = due
            due += pace

    await asyncio.gather(*(write(number, visitor) for number, visitor in enumerate(crowd)))
    await until(lambda: all(message in pages[number].seen for number, message in started), WAIT_SECONDS)
    for socket in sockets:
        socket.close()
    took = [pages[n].seen[message] - at for (n, message), at in started.items() if message in pages[n].seen]
    acknowledged = [one for visitor in crowd for one in visitor.acknowledged]
    return {"took": took, "lost": len(started) - len(took), "acknowledged": acknowledged}


async def idle(port: int, public_id: str, sockets: int, waits_for: str = "") -> dict[str, Any]:
    """Open the sockets, keep them alive as the widget does, go when standard input ends.

    Prints a line of JSON when all are there, {"welcomed": int}, and one before going, {"open": int}. With `waits_for`
    one in between: how many were told of a presence with these words, and the monotonic clock at the last of them,
    {"told": int, "at": seconds}.
    """
    server = ("127.0.0.1", port)
    headers = {"Origin": f"http://{server[0]}:{server[1]}"}
    welcomed, told, told_at, words = 0, 0, 0.0, waits_for.encode()

    def heard(frame: bytes) -> None:
        nonlocal welcomed, told, told_at
        welcomed += b'"welcome"' in frame[:40]
        if words and b'"presence"' in frame[:40] and words in frame:
            told, told_at = told + 1, time.monotonic()

    hello = json.dumps(
        {"type": "hello", "token": None, "identity": None, "after": None, "language": "fi", "page": None}
    )

    async def come(number: int) -> Socket:
        # Many source addresses, as visitors have; one alone would also run out of ports.
        source = f"127.0.0.{2 + number % 200}"
        socket = await open_socket(server, f"/chat/v1/{public_id}/socket", heard, headers, source=source)
        socket.say(hello.encode())
        return socket

    crowd: list[Socket] = []
    for start in range(0, sockets, ARRIVING):
        crowd += await asyncio.gather(*(come(number) for number in range(start, min(sockets, start + ARRIVING))))
    await until(lambda: welcomed == sockets, 30)
    print(json.dumps({"welcomed": welcomed}), flush=True)
    pinging = asyncio.create_task(ping(crowd))
    if words:
        await until(lambda: told == sockets, TOLD_WITHIN)
        print(json.dumps({"told": told, "at": told_at}), flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    pinging.cancel()
    still = {"open": sum(socket.is_open for socket in crowd)}
    print(json.dumps(still), flush=True)
    return still


async def until(happened: Callable[[], bool], seconds: float) -> None:
    """Return when it has happened, or when the time is over."""
    deadline = time.perf_counter() + seconds
    while not happened() and time.perf_counter() < deadline:  # noqa: ASYNC110 (what is asked belongs to no one task)
        await asyncio.sleep(0.05)


async def ping(crowd: list[Socket]) -> None:
    """Each socket in turn, all of them within the time between two pings of one."""
    while True:
        for number, socket in enumerate(crowd):
            socket.say(b'{"type":"ping"}')
            if number % 20 == 19:
                await asyncio.sleep(PING_SECONDS * 20 / len(crowd))
        await asyncio.sleep(0.1)


KINDS: dict[str, Any] = {"chat": chat, "steady": steady, "live": live, "idle": idle}


def main(kind: str, asked: str, answer: str) -> None:
    import uvloop

    work: Coroutine[Any, Any, dict[str, Any]] = KINDS[kind](**json.loads(asked))
    Path(answer).write_text(json.dumps(uvloop.run(work)), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
