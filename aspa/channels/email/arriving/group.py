"""Mails that arrive together are kept together: one commit for all that wait, each acknowledged only after it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from django.db import connection

from aspa.channels.email.arriving import keeping
from aspa.channels.email.arriving.keeping import Coming, TryLater

P = ParamSpec("P")
T = TypeVar("T")

BATCH = 64


class Group:
    """Belongs to one event loop. One thread does the work, with a connection of its own that stays open."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="mail-keep")
        self._waiting: list[tuple[Sequence[Coming], asyncio.Future[None]]] = []
        self._running: asyncio.Task[None] | None = None

    async def keep(self, comings: Sequence[Coming]) -> None:
        """Returns when they are durable. Raises TryLater."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((comings, future))
        if self._running is None:
            self._running = asyncio.create_task(self._run())
        await future

    async def read(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Ask the database something, in the same thread."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, lambda: _guarded(call, *args, **kwargs))

    async def close(self) -> None:
        """Wait for what is being done, then close the thread's connection."""
        if self._running is not None:
            await self._running
        await asyncio.get_running_loop().run_in_executor(self._thread, lambda: connection.close())
        self._thread.shutdown()

    async def _run(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[:BATCH], self._waiting[BATCH:]
                if not await self._commit(batch):
                    # One that the database refuses mustn't keep its neighbours out.
                    for one in batch:
                        await self._commit([one])
        finally:
            self._running = None

    async def _commit(self, batch: list[tuple[Sequence[Coming], asyncio.Future[None]]]) -> bool:
        """False when none of several was kept, and nobody has been told."""
        problem: Exception | None = None
        try:
            await self.read(keeping.keep, [coming for comings, _ in batch for coming in comings])
        except Exception as error:
            if len(batch) > 1:
                return False
            problem = error if isinstance(error, TryLater) else TryLater(type(error).__name__)
        for _comings, future in batch:
            # Who brought it may have gone; it is kept all the same.
            if not future.done():
                future.set_exception(problem) if problem else future.set_result(None)
        return True


def _guarded(call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    try:
        return call(*args, **kwargs)
    except BaseException:
        # The server may have gone away; the next call gets a fresh connection.
        connection.close()
        raise
