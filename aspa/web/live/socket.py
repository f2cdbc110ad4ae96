"""One WebSocket: frames out through a bounded queue, so that a slow reader never holds up the others."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections import deque
from typing import Any

from aspa.web.live.http import HttpError, Message, Receive, Scope, Send, answer_error

# A reader this far behind is cut off; it comes back with its cursor and misses nothing.
QUEUE_LIMIT = 1_000
FRAME_LIMIT = 16 * 1024

TRY_AGAIN_LATER, POLICY, TOO_BIG, SIGNED_OUT = 1013, 1008, 1009, 4401


class Closed(Exception):
    """The other end has gone."""


class Socket:
    """Sends without waiting (`push`) and receives parsed JSON objects. The writer lives only while there is something
    to write: ten thousand idle sockets have no tasks of their own for it."""

    __slots__ = ("_queue", "_receive", "_send", "_writer", "closing")

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive, self._send = receive, send
        self._queue: deque[str] = deque()
        self._writer: asyncio.Task[None] | None = None
        self.closing = False

    async def accept(self) -> None:
        await self._receive()
        await self._send({"type": "websocket.accept"})

    async def receive(self) -> dict[str, Any]:
        """The next frame. Raises Closed at the end, ValueError for what isn't a JSON object of sane size."""
        message = await self._receive()
        if message["type"] == "websocket.disconnect":
            raise Closed
        text = message.get("text")
        if text is None or len(text) > FRAME_LIMIT:
            raise ValueError("A frame is a JSON object of at most 16 kB.")
        try:
            frame = json.loads(text)
        except RecursionError as error:
            raise ValueError("Too deep.") from error
        if not isinstance(frame, dict) or not isinstance(frame.get("type"), str):
            raise ValueError("A frame is an object with a type.")
        return frame

    def push(self, frame: str) -> None:
        """Queue a frame that is JSON already."""
        if self.closing:
            return
        if len(self._queue) >= QUEUE_LIMIT:
            self.closing = True
            self._queue.clear()
            self._start(self._close(TRY_AGAIN_LATER))
            return
        self._queue.append(frame)
        if self._writer is None:
            self._start(self._write())

    def push_json(self, frame: dict[str, Any]) -> None:
        self.push(json.dumps(frame, ensure_ascii=False, separators=(",", ":")))

    async def close(self, code: int = 1000) -> None:
        if not self.closing:
            self.closing = True
            await self._close(code)

    def close_soon(self, code: int) -> None:
        if not self.closing:
            self.closing = True
            self._start(self._close(code))

    def _start(self, coroutine: Any) -> None:
        self._writer = asyncio.create_task(coroutine)

    async def _write(self) -> None:
        try:
            while self._queue and not self.closing:
                await self._send({"type": "websocket.send", "text": self._queue.popleft()})
        except Exception:
            # Whatever the server raises for a broken pipe: the receiving side sees the disconnect and cleans up.
            self.closing = True
            self._queue.clear()
        finally:
            self._writer = None

    async def _close(self, code: int) -> None:
        with contextlib.suppress(Exception):
            await self._send({"type": "websocket.close", "code": code})


async def refuse(receive: Receive, send: Send, code: int = POLICY) -> None:
    """Turn a handshake down (the client sees 403)."""
    await receive()
    await send({"type": "websocket.close", "code": code})


async def refuse_because(error: HttpError, scope: Scope, receive: Receive, send: Send) -> None:
    """Turn a handshake down with the error's status and words, where the server can."""
    if "websocket.http.response" not in scope.get("extensions", {}):
        return await refuse(receive, send)

    async def answer(message: Message) -> None:
        await send({**message, "type": f"websocket.{message['type']}"})

    await receive()
    await answer_error(answer, error)
