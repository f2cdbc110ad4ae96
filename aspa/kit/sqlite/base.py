"""Django's backend for SQLite, with turns for the transactions of one process (`ENGINE = "aspa.kit.sqlite"`)."""

from __future__ import annotations

from threading import Lock
from typing import Any

from django.db.backends.sqlite3 import base

# One for each database file.
_turns: dict[str, Lock] = {}

# As long as SQLite itself waits (`busy_timeout`). After that it is asked all the same, and says what is wrong.
PATIENCE = 20.0


class DatabaseWrapper(base.DatabaseWrapper):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._my_turn: Lock | None = None

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
        try:
            super()._close()  # type: ignore[misc]
        finally:
            self._pass_on()

    def _pass_on(self) -> None:
        turn, self._my_turn = self._my_turn, None
        if turn is not None:
            turn.release()
