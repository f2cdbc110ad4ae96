"""The HTTP that the stand-ins share: a server in a thread of this process, with a list of troubles to be had first."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import http.server
import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

PAYLOADS = Path(__file__).parent / "payloads"


@dataclasses.dataclass(frozen=True, slots=True)
class Request:
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]  # names in small letters
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclasses.dataclass(frozen=True, slots=True)
class Answer:
    status: int = 200
    body: Any = None
    headers: dict[str, str] = dataclasses.field(default_factory=dict)


class StandIn:
    """A shop. `troubles` are answered before anything else, one a request; None among them cuts the connection."""

    def __init__(self) -> None:
        self.host = ""
        self.asked: list[Request] = []
        self.troubles: list[Answer | None] = []
        self.before: Callable[[Request], None] = lambda request: None

    def answer(self, request: Request) -> Answer:
        raise NotImplementedError


def payload(shop: str, name: str, /, **changes: Any) -> dict[str, Any]:
    """A recorded payload, with some of it changed."""
    found: dict[str, Any] = json.loads(_text(shop, name))
    return {**found, **changes}


@functools.cache
def _text(shop: str, name: str) -> str:
    return (PAYLOADS / shop / f"{name}.json").read_text()


@contextlib.contextmanager
def opened(shop: StandIn) -> Iterator[StandIn]:
    """The shop answers at `shop.host` ("127.0.0.1:PORT") for the length of the block."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _handler(shop))
    server.daemon_threads = True
    shop.host = f"127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield shop
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(shop: StandIn) -> type[http.server.BaseHTTPRequestHandler]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            request = Request(
                self.command,
                parts.path,
                {name: values[-1] for name, values in parse_qs(parts.query).items()},
                {name.lower(): value for name, value in self.headers.items()},
                self.rfile.read(int(self.headers.get("Content-Length", 0))),
            )
            shop.asked.append(request)
            shop.before(request)
            answer = shop.troubles.pop(0) if shop.troubles else shop.answer(request)
            if answer is None:
                self.close_connection = True
                return
            self._send(answer)

        do_POST = do_PUT = do_DELETE = do_GET

        def _send(self, answer: Answer) -> None:
            body = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
            self.send_response(answer.status)
            headers = {
                "Content-Type": "application/json; charset=utf-8",
                "Content-Length": str(len(body)),
                **answer.headers,
            }
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    return Handler
