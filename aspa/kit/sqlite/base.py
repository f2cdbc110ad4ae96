"""Django's backend for SQLite, with turns for the transactions of one process (`ENGINE = "aspa.kit.sqlite"`).

Connections that were closed in good order are kept for the next thread: Django answers each request in a thread of its
own, and opening a database, reading its schema and compiling the statements anew would take longer than most pages.
"""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path
from threading import Lock
from typing import Any

from django.db.backends.sqlite3 import base

# One for each database file.
_turns: dict[str, Lock] = {}

# As long as SQLite itself waits (`busy_timeout`). After that it is asked all the same, and says what is wrong.
PATIENCE = 20.0

# So many open connections wait for a thread; each may hold a page cache of its own.
MOST_IDLE = 4
# Each with the file that it has open: a name and an inode, as files get replaced (a backup put back, tests).
_idle: list[tuple[tuple[str, int], sqlite3.Connection]] = []


class DatabaseWrapper(base.DatabaseWrapper):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._my_turn: Lock | None = None

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        file = _file_of(self)
        with contextlib.suppress(IndexError):
            while file:
                # The last one closed has the warmest cache. pop is atomic.
                its_file, connection = _idle.pop()
                if its_file == file:
                    return connection
                connection.close()
        return super().get_new_connection(conn_params)

    def _start_transaction_under_autocommit(self) -> None:
        turn = _turns.setdefault(str(self.settings_dict["NAME"]), Lock())
        if self._my_turn is None and turn.acquire(timeout=PATIENCE):
            self._my_turn = turn
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            self._pass_on()
            raise

    def _commit(self) -> None:
        super()._commit()  # type: ignore[misc]
        self._pass_on()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]
        finally:
            self._pass_on()

    def _close(self) -> None:
        connection: Any = self.connection
        try:
            # After a mistake, or with something unfinished, it is let go for good.
            sound = not (self.errors_occurred or self.in_atomic_block or connection.in_transaction)
            if sound and len(_idle) < MOST_IDLE and (file := _file_of(self)):
                _idle.append((file, connection))
            else:
                super()._close()  # type: ignore[misc]
        finally:
            self._pass_on()

    def _pass_on(self) -> None:
        turn, self._my_turn = self._my_turn, None
        if turn is not None:
            turn.release()


def _file_of(database: DatabaseWrapper) -> tuple[str, int] | None:
    """The database's file as it is now, None when it isn't there yet or is no file."""
    name = str(database.settings_dict["NAME"])
    try:
        return name, Path(name).stat().st_ino
    except OSError:
        return None
