"""Work that only one process of the installation may do at a time: each asks for its turn before it begins.

On PostgreSQL a turn is an advisory lock of the session, so it ends with the process that holds it, however that ends.
On SQLite there is only one process.
"""

from __future__ import annotations

import hashlib
import logging
from contextlib import suppress
from threading import Lock
from typing import Any

from django.db import connection

logger = logging.getLogger(__name__)


class Turns:
    """The turns of one process, all on one connection of their own beside the pool. For several threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._mine: set[str] = set()
        self._session: Any = None

    def take(self, name: str) -> bool:
        """Whether it is this process's turn, now or still. To be asked again before each piece of work."""
        if connection.vendor != "postgresql":
            return True
        with self._lock:
            try:
                return self._take(name)
            except Exception as problem:
                # Whoever lost the connection lost its turns.
                logger.info("Turns can't be asked for: %s", type(problem).__name__)
                self._forget()
                return False

    def give(self, name: str) -> None:
        """Let another process have it."""
        with self._lock, suppress(Exception):
            if name in self._mine:
                self._mine.discard(name)
                self._session.execute("SELECT pg_advisory_unlock(%s)", [_key(name)])

    def close(self) -> None:
        with self._lock:
            self._forget()

    def _take(self, name: str) -> bool:
        if self._session is None:
            import psycopg

            known = connection.get_connection_params()
            known.pop("cursor_factory", None)
            self._session = psycopg.connect(**known, autocommit=True)
        if name in self._mine:
            self._session.execute("SELECT 1")
            return True
        (mine,) = self._session.execute("SELECT pg_try_advisory_lock(%s)", [_key(name)]).fetchone()
        if mine:
            self._mine.add(name)
        return bool(mine)

    def _forget(self) -> None:
        session, self._session = self._session, None
        self._mine.clear()
        if session is not None:
            with suppress(Exception):
                session.close()


def _key(name: str) -> int:
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)
