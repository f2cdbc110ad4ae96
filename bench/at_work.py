"""An agent whose desk is open."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Iterator

from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from bench.server import Server

PING_SECONDS = 20


@contextlib.contextmanager
def at_work(server: Server, cookie: str) -> Iterator[ClientConnection]:
    """Present as the agent with this session, as long as the block lasts; the socket of the desk's page."""
    address = f"127.0.0.1:{server.port}"
    over = threading.Event()
    with connect(
        f"ws://{address}/live/desk",
        origin=Origin(f"http://{address}"),
        additional_headers={"Cookie": cookie},
        max_queue=None,
    ) as socket:
        socket.send(json.dumps({"type": "hello", "after": None}))
        while json.loads(socket.recv(timeout=30))["type"] != "me":
            pass
        beating = threading.Thread(target=_stay, args=(socket, over), daemon=True)
        beating.start()
        try:
            yield socket
        finally:
            over.set()
            beating.join()


def _stay(socket: ClientConnection, over: threading.Event) -> None:
    while not over.wait(PING_SECONDS):
        socket.send(json.dumps({"type": "ping", "idle": False}))
