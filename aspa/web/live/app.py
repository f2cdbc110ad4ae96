"""The live plane beside Django: sockets and the chat's own paths here, every other request to Django."""

from __future__ import annotations

import asyncio
import contextlib
import gc
from collections.abc import Callable
from typing import Any

from aspa.kit.bus import bus
from aspa.web.live import bodies, http
from aspa.web.live.database import Threads
from aspa.web.live.desk.app import DeskApp
from aspa.web.live.group import Group
from aspa.web.live.http import Receive, Scope, Send
from aspa.web.live.hub import Hub
from aspa.web.live.visitor.app import VisitorApp


class LiveApp:
    """One for each process. `otherwise` is Django's ASGI application.

    `background` starts what works beside the answers while the server runs, and gives what stops it.
    """

    def __init__(self, *, otherwise: Any, background: Callable[[], Callable[[], None]] | None = None) -> None:
        self._django = otherwise
        self._background = background
        self.threads = Threads()
        self.hub = Hub(self.threads)
        self._group = Group()
        self._visitors = VisitorApp(self.threads, self.hub, self._group)
        self._desk = DeskApp(self.threads, self.hub)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["path"].startswith("/chat/v1/"):
            await self._visitors(scope, receive, send)
        elif scope["path"].startswith("/live/"):
            await self._desk(scope, receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008})
        else:
            await self._otherwise(scope, receive, send)

    async def _otherwise(self, scope: Scope, receive: Receive, send: Send) -> None:
        most = await bodies.most(scope, self.threads)
        if (http.content_length(scope) or 0) > most:
            if bodies.is_form(scope):
                return await self._django({**scope, bodies.CUT: True}, await bodies.beginning(receive), send)
            return await http.answer(send, 413, bodies.TOO_LARGE)
        await self._django(scope, http.at_most(receive, most), send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        try:
            stop = self._background() if self._background else None
        except OSError as problem:
            # An address where it was to listen is taken, or its certificate can't be read.
            return await send({"type": "lifespan.startup.failed", "message": f"{problem}."})
        tasks = [asyncio.create_task(bus.run()), asyncio.create_task(self.hub.run())]
        # What has been loaded by now stays. Looking through all of it for garbage stops every thread for a tenth of a
        # second, several times a second when many customers write.
        gc.collect()
        gc.freeze()
        # A crowd's requests are more objects than the usual 700, and all of them go by themselves.
        gc.set_threshold(10_000)
        await send({"type": "lifespan.startup.complete"})
        await receive()
        if stop:
            await asyncio.to_thread(stop)
        for task in tasks:
            task.cancel()
        for task in tasks:
            with contextlib.suppress(asyncio.CancelledError):
                await task
        await asyncio.to_thread(self._group.close)
        await asyncio.to_thread(self.threads.close)
        await send({"type": "lifespan.shutdown.complete"})
