"""Group commit: messages that arrive together are committed together.

While one batch is being made durable the next one gathers, so throughput grows with the load while each sender is
still answered only after its own commit.
"""

from __future__ import annotations

import asyncio

from aspa.core.conversations import intake
from aspa.core.inboxes.channel import Inbound
from aspa.web.live.database import Threads

BATCH = 256
# Past this the database can't keep up; refusing at once is kinder than an answer that never comes.
WAITING_LIMIT = 5_000


class Overloaded(Exception):
    """More is waiting than can be stored soon; the sender should try again in a moment."""


class Group:
    def __init__(self, threads: Threads) -> None:
        self._threads = threads
        self._waiting: list[tuple[Inbound, asyncio.Future[intake.Received | intake.NotReceived]]] = []
        self._running: asyncio.Task[None] | None = None

    async def receive(self, inbound: Inbound) -> intake.Received:
        """Store one message; returns after its commit. Raises Overloaded, or whatever made storing it fail."""
        if len(self._waiting) >= WAITING_LIMIT:
            raise Overloaded
        future: asyncio.Future[intake.Received | intake.NotReceived] = asyncio.get_running_loop().create_future()
        self._waiting.append((inbound, future))
        if self._running is None:
            self._running = asyncio.create_task(self._run())
        result = await future
        if isinstance(result, intake.NotReceived):
            raise result.error
        return result

    async def _run(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[:BATCH], self._waiting[BATCH:]
                await self._commit(batch)
        finally:
            self._running = None

    async def _commit(self, batch: list[tuple[Inbound, asyncio.Future[intake.Received | intake.NotReceived]]]) -> None:
        try:
            results = await self._threads.write(intake.receive, [inbound for inbound, _ in batch])
        except BaseException as error:
            for _, future in batch:
                if not future.done():
                    future.set_exception(error if isinstance(error, Exception) else Overloaded())
            if not isinstance(error, Exception):
                raise
            return
        for (_, future), result in zip(batch, results, strict=True):
            # The sender may have gone; its message is stored all the same.
            if not future.done():
                future.set_result(result)
