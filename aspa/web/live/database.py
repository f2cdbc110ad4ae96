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
    """They serve snapshots and single verbs. What customers write has a thread of its own, in `group`."""

    def __init__(self) -> None:
        self._reading = ThreadPoolExecutor(READERS, thread_name_prefix="live-read")

    async def read(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._reading, partial(_guarded, call, args, kwargs))

    def close(self) -> None:
        """Wait for what is being done, then close every thread's connection."""
        for _ in range(READERS):
            self._reading.submit(connection.close)
        self._reading.shutdown(wait=True)


def _guarded(call: Callable[..., T], args: Any, kwargs: Any) -> T:
    try:
        return call(*args, **kwargs)
    except (DatabaseError, InterfaceError):
        # The server may have gone away; the next call gets a fresh connection.
        connection.close()
        raise
