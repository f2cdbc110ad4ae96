"""HTTP and WebSocket clients with as little of their own work as possible: they share the cores with the server."""

from __future__ import annotations

import asyncio
import base64
import os
import struct
from collections.abc import Callable

Address = tuple[str, int]


class Lost(Exception):
    """The server closed the connection or refused it; the text is what it said."""


class Http(asyncio.Protocol):
    """One keep-alive connection; one request at a time."""

    def __init__(self) -> None:
        self._buffer = b""
        self._answer: asyncio.Future[tuple[int, bytes]] | None = None
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport) or hasattr(transport, "write")
        self._transport = transport  # type: ignore[assignment]

    def connection_lost(self, exc: Exception | None) -> None:
        if self._answer and not self._answer.done():
            self._answer.set_exception(Lost("The connection was closed before the answer."))

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, found, rest = self._buffer.partition(b"\r\n\r\n")
        if not found:
            return
        length = content_length(head)
        if len(rest) < length:
            return
        self._buffer = rest[length:]
        if self._answer and not self._answer.done():
            self._answer.set_result((int(head[9:12]), rest[:length]))

    def ask(self, request: bytes) -> asyncio.Future[tuple[int, bytes]]:
        """Send a request; the status and the body follow. Raises Lost."""
        self._answer = asyncio.get_running_loop().create_future()
        assert self._transport is not None
        if self._transport.is_closing():
            self._answer.set_exception(Lost("The connection is closed."))
        else:
            self._transport.write(request)
        return self._answer

    def close(self) -> None:
        if self._transport:
            self._transport.close()


def content_length(head: bytes) -> int:
    """The length of the body; every answer we ask for names it."""
    lowered = head.lower()
    at = lowered.find(b"content-length:")
    if at < 0:
        return 0
    return int(lowered[at + 15 :].split(b"\r\n", 1)[0])


async def connect(server: Address) -> Http:
    """An open HTTP connection."""
    _, protocol = await asyncio.get_running_loop().create_connection(Http, *server)
    return protocol


def post(path: str, body: bytes, headers: dict[str, str]) -> bytes:
    """A POST request with a JSON body."""
    lines = [f"POST {path} HTTP/1.1", "Content-Type: application/json", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


Heard = Callable[[bytes], None]


class Socket(asyncio.Protocol):
    """One WebSocket; `heard` is called with each text message. Fragmented messages are not expected."""

    def __init__(self, opening: bytes, heard: Heard) -> None:
        self._opening = opening
        self._heard = heard
        self._buffer = b""
        self._transport: asyncio.Transport | None = None
        self.is_open = False
        self.opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]
        transport.write(self._opening)  # type: ignore[attr-defined]

    def connection_lost(self, exc: Exception | None) -> None:
        self.is_open = False
        if not self.opened.done():
            self.opened.set_exception(Lost("The socket was closed before it was open."))

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not self.is_open and not self._take_handshake():
            return
        while self._take_frame():
            pass

    def _take_handshake(self) -> bool:
        head, found, rest = self._buffer.partition(b"\r\n\r\n")
        if not found:
            return False
        self._buffer = rest
        if head[9:12] != b"101":
            if not self.opened.done():
                self.opened.set_exception(Lost(head.split(b"\r\n", 1)[0].decode(errors="replace")))
            self.close()
            return False
        self.is_open = True
        self.opened.set_result(None)
        return True

    def _take_frame(self) -> bool:
        buffer = self._buffer
        if len(buffer) < 2:
            return False
        length, start = buffer[1] & 0x7F, 2
        if length == 126:
            start = 4
        elif length == 127:
            start = 10
        if len(buffer) < start:
            return False
        if start > 2:
            length = int.from_bytes(buffer[2:start], "big")
        if len(buffer) < start + length:
            return False
        self._buffer = buffer[start + length :]
        kind, payload = buffer[0] & 0x0F, buffer[start : start + length]
        if kind == 1:
            self._heard(payload)
        elif kind == 9:
            self._send(10, payload)
        elif kind == 8:
            self.close()
        return True

    def say(self, text: bytes) -> None:
        """Send a text message."""
        self._send(1, text)

    def _send(self, kind: int, payload: bytes) -> None:
        if not self.is_open or self._transport is None:
            return
        size = len(payload)
        length = bytes([0x80 | size]) if size < 126 else struct.pack("!BH", 0xFE, size)
        # A mask of zeros leaves the payload as it is and is as good as any other between our own processes.
        self._transport.write(bytes([0x80 | kind]) + length + b"\0\0\0\0" + payload)

    def close(self) -> None:
        self.is_open = False
        if self._transport:
            self._transport.close()


async def open_socket(
    server: Address, path: str, heard: Heard, headers: dict[str, str], *, source: str | None = None
) -> Socket:
    """An open WebSocket. source: the loopback address it comes from. Raises Lost or OSError."""
    key = base64.b64encode(os.urandom(16)).decode()
    lines = [
        f"GET {path} HTTP/1.1",
        f"Host: {server[0]}:{server[1]}",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        f"Sec-WebSocket-Key: {key}",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    opening = ("\r\n".join(lines) + "\r\n\r\n").encode()
    _, socket = await asyncio.get_running_loop().create_connection(
        lambda: Socket(opening, heard), *server, local_addr=(source, 0) if source else None
    )
    await asyncio.wait_for(socket.opened, 30)
    return socket
