"""A running installation for the live tests, and clients that speak as a widget and as a desk do."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import websockets

from testing.installation import Installation, People, installation

SHOP = "http://shop.example"
# A socket with frames that nobody has read doesn't see the server's goodbye.
GOODBYE = 0.5
NO_LIMITS = {
    "ASPA_CHAT_VISITOR_RATE": "100000",
    "ASPA_CHAT_VISITOR_BURST": "100000",
    "ASPA_CHAT_ADDRESS_RATE": "100000",
    "ASPA_CHAT_ADDRESS_BURST": "100000",
}


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Installation, People]]:
    """One for all tests, which leave their customers in it; without rate limits, which have tests of their own."""
    with installation(tmp_path_factory.mktemp("aspa"), more=NO_LIMITS) as made:
        yield made


@pytest.fixture(scope="module")
def to_itself(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Installation, People]]:
    """One for a module's tests that change how everybody is served, or look at all that is waiting."""
    with installation(tmp_path_factory.mktemp("aspa"), more=NO_LIMITS) as made:
        yield made


@pytest.fixture
async def fresh(tmp_path: Path) -> AsyncIterator[tuple[Installation, People]]:
    """One for a test that kills it."""
    with installation(tmp_path, more=NO_LIMITS) as made:
        yield made
        # A server that stops waits for the sockets to answer its goodbye.
        await close_what_is_open()


opened: list[Stream | Visitor] = []


@pytest.fixture(autouse=True)
async def closed_at_the_end() -> AsyncIterator[None]:
    """A socket that a test left open would make its agent present in the next one; nor may a connection outlive it."""
    yield
    await close_what_is_open()


async def close_what_is_open() -> None:
    while opened:
        await opened.pop().close()


class Visitor:
    """A customer's widget: its token, its requests, its socket."""

    def __init__(self, server: Installation, inbox: str, *, port: int = 0) -> None:
        self.base = f"http://127.0.0.1:{server.ports[port]}/chat/v1/{inbox}"
        self.token: str | None = None
        self.http = httpx.AsyncClient(timeout=60)
        opened.append(self)

    @property
    def headers(self) -> dict[str, str]:
        return {"Origin": SHOP, **({"Authorization": f"Bearer {self.token}"} if self.token else {})}

    async def post(self, path: str, body: Any, **headers: str) -> httpx.Response:
        answer = await self.http.post(f"{self.base}/{path}", json=body, headers={**self.headers, **headers})
        if answer.is_success and "token" in answer.json():
            self.token = answer.json()["token"]
        return answer

    async def get(self, path: str, **headers: str) -> httpx.Response:
        return await self.http.get(f"{self.base}/{path}", headers={**self.headers, **headers})

    async def say(self, text: str, *, client_id: str | None = None, **more: Any) -> httpx.Response:
        return await self.post("messages", {"client_id": client_id or str(uuid.uuid4()), "text": text, **more})

    async def connect(self, *, after: str | None = None, **hello: Any) -> Stream:
        socket = await websockets.connect(
            self.base.replace("http", "ws", 1) + "/socket",
            origin=SHOP,  # type: ignore[arg-type]
            close_timeout=GOODBYE,
        )
        stream = Stream(socket)
        await stream.send(type="hello", token=self.token, after=after, language="en", **hello)
        return stream

    async def close(self) -> None:
        await self.http.aclose()


class Stream:
    """A WebSocket of JSON frames; remembers what passed by."""

    def __init__(self, socket: Any) -> None:
        self.socket = socket
        self.seen: list[dict[str, Any]] = []
        opened.append(self)

    async def send(self, **frame: Any) -> None:
        await self.socket.send(json.dumps(frame))

    async def next(self, type_: str | None = None, *, seconds: float = 30, **values: Any) -> dict[str, Any]:
        """The next frame of the type with these values; others before it are passed over."""
        async with asyncio.timeout(seconds):
            while True:
                frame: dict[str, Any] = json.loads(await self.socket.recv())
                self.seen.append(frame)
                if (type_ is None or frame["type"] == type_) and values.items() <= frame.items():
                    return frame

    async def quiet(self, seconds: float = 0.6) -> list[dict[str, Any]]:
        """Everything that comes within the time."""
        frames = []
        try:
            async with asyncio.timeout(seconds):
                while True:
                    frames.append(json.loads(await self.socket.recv()))
        except TimeoutError:
            pass
        self.seen += frames
        return frames

    async def close(self) -> None:
        await self.socket.close()


async def desk(
    server: Installation, cookie: str, *, after: str | None = None, port: int = 0, origin: str = ""
) -> Stream:
    """An agent's open desk."""
    address = f"127.0.0.1:{server.ports[port]}"
    socket = await websockets.connect(
        f"ws://{address}/live/desk",
        origin=origin or f"http://{address}",  # type: ignore[arg-type]
        additional_headers={"Cookie": cookie},
        close_timeout=GOODBYE,
    )
    stream = Stream(socket)
    await stream.send(type="hello", after=after)
    return stream


async def agent_says(server: Installation, cookie: str, conversation: int, text: str, **more: Any) -> httpx.Response:
    """A reply through the desk's own form."""
    async with httpx.AsyncClient(base_url=server.url, headers={"Cookie": cookie}, timeout=60) as http:
        page = await http.get(f"/desk/conversations/{conversation}/")
        token = http.cookies.get("aspa_csrf", "")
        assert page.status_code == 200, page.text
        return await http.post(
            f"/desk/conversations/{conversation}/replies",
            data={"text": text, "client_id": str(uuid.uuid4()), **more},
            headers={"X-CSRFToken": token, "Cookie": f"{cookie}; aspa_csrf={token}", "Referer": server.url},
        )
