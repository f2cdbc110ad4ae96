"""From the event loop to the database and back: a few threads, each with a connection of its own that stays open."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, ParamSpec, TypeVar

from django.db import DatabaseError, InterfaceError, connection

P = ParamSpec("P")
T = TypeVar("T")

READERS = 4


class Threads:
    """`reading` serves snapshots and single verbs; `writing` is one thread, the group commit's own."""

    def __init__(self) -> None:
        self._reading = ThreadPoolExecutor(READERS, thread_name_prefix="live-read")
        self._writing = ThreadPoolExecutor(1, thread_name_prefix="live-write")

    async def read(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._reading, partial(_guarded, call, args, kwargs))

    async def write(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._writing, partial(_guarded, call, args, kwargs))

    def close(self) -> None:
        """Wait for what is being done, then close every thread's connection."""
        for pool, size in ((self._writing, 1), (self._reading, READERS)):
            for _ in range(size):
                pool.submit(connection.close)
            pool.shutdown(wait=True)


def _guarded(call: Callable[..., T], args: Any, kwargs: Any) -> T:
    try:
        return call(*args, **kwargs)
    except (DatabaseError, InterfaceError):
        # The server may have gone away; the next call gets a fresh connection.
        connection.close()
        raise
