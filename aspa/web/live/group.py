"""Group commit: messages that arrive together are committed together.

One thread writes. While it makes one batch durable the next one gathers, so throughput grows with the load while each
sender is still answered only after its own commit.
"""

from __future__ import annotations

import asyncio
import logging
from queue import Empty, SimpleQueue
from threading import Thread
from typing import NamedTuple

from django.db import connection

from aspa.core.conversations import intake
from aspa.core.inboxes.channel import Inbound

logger = logging.getLogger(__name__)

BATCH = 256
# Past this the database can't keep up; refusing at once is kinder than an answer that never comes.
WAITING_LIMIT = 5_000


class Overloaded(Exception):
    """More is waiting than can be stored soon; the sender should try again in a moment."""


class Waiting(NamedTuple):
    """A message on its way to the database, and where its sender waits for the answer."""

    inbound: Inbound
    future: asyncio.Future[intake.Received | intake.NotReceived]


class Group:
    def __init__(self) -> None:
        # None asks the thread to end.
        self._waiting: SimpleQueue[Waiting | None] = SimpleQueue()
        self._thread: Thread | None = None

    async def receive(self, inbound: Inbound) -> intake.Received:
        """Store one message; returns after its commit. Raises Overloaded, or whatever made storing it fail."""
        if self._waiting.qsize() >= WAITING_LIMIT:
            raise Overloaded
        loop = asyncio.get_running_loop()
        if self._thread is None:
            self._thread = Thread(target=self._write, args=[loop], name="live-write", daemon=True)
            self._thread.start()
        future: asyncio.Future[intake.Received | intake.NotReceived] = loop.create_future()
        self._waiting.put(Waiting(inbound, future))
        result = await future
        if isinstance(result, intake.NotReceived):
            raise result.error
        return result

    def close(self) -> None:
        """Wait until everything that waits is stored."""
        if self._thread is not None:
            self._waiting.put(None)
            self._thread.join()

    def _write(self, loop: asyncio.AbstractEventLoop) -> None:
        try:
            while batch := self._next():
                results = _store([one.inbound for one in batch])
                loop.call_soon_threadsafe(_answer, batch, results)
        finally:
            connection.close()

    def _next(self) -> list[Waiting]:
        """What has gathered; waits for the first. Empty when there is nothing more to come."""
        batch: list[Waiting] = []
        one = self._waiting.get()
        try:
            while one is not None:
                batch.append(one)
                if len(batch) == BATCH:
                    return batch
                one = self._waiting.get_nowait()
        except Empty:
            return batch
        if batch:
            self._waiting.put(None)
        return batch


def _store(inbounds: list[Inbound]) -> list[intake.Received | intake.NotReceived]:
    try:
        return intake.receive(inbounds)
    except Exception as error:
        # It says that it raises nothing. If it does, nobody may wait for ever for a thread that has died of it.
        logger.exception("A batch of messages was not stored")
        return [intake.NotReceived(error)] * len(inbounds)


def _answer(batch: list[Waiting], results: list[intake.Received | intake.NotReceived]) -> None:
    for one, result in zip(batch, results, strict=True):
        # The sender may have gone; its message is stored all the same.
        if not one.future.done():
            one.future.set_result(result)
