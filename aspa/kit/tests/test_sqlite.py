"""SQLite's connections go from thread to thread, and only sound ones do."""

from __future__ import annotations

from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from django.db import DatabaseError, connections

from aspa.kit.sqlite import base
from aspa.kit.sqlite.base import MOST_IDLE, DatabaseWrapper

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    # What other tests have left idle may take all the room there is.
    monkeypatch.setattr(base, "_idle", [])
    return tmp_path / "some.sqlite3"


def opened(file: Path) -> DatabaseWrapper:
    settings = {**connections["default"].settings_dict, "NAME": str(file), "OPTIONS": {}}
    database = DatabaseWrapper(settings, "some")
    database.ensure_connection()
    return database


def closed(database: DatabaseWrapper) -> Any:
    """Close it, and give the connection that it had."""
    connection = database.connection
    database.close()
    return connection


def test_a_closed_connection_serves_the_next_thread(file: Path) -> None:
    first = opened(file)
    first.cursor().execute("CREATE TABLE t (n integer)")
    former = closed(first)
    found = []

    def look() -> None:
        second = opened(file)
        found.extend([second.connection, second.cursor().execute("SELECT count(*) FROM t").fetchone()])
        second.close()

    thread = Thread(target=look)
    thread.start()
    thread.join()
    assert found == [former, (0,)]


def test_what_was_left_unsound_is_not_kept(file: Path) -> None:
    database = opened(file)
    with pytest.raises(DatabaseError):
        database.cursor().execute("SELECT nothing")
    former = closed(database)
    assert opened(file).connection is not former

    database = opened(file)
    database.cursor().execute("BEGIN")
    former = closed(database)
    assert opened(file).connection is not former


def test_a_file_put_in_its_place_is_opened_anew(file: Path) -> None:
    first = opened(file)
    first.cursor().execute("CREATE TABLE t (n integer)")
    first.close()
    file.unlink()
    assert opened(file).cursor().execute("SELECT name FROM sqlite_master").fetchall() == []


def test_few_are_kept(file: Path) -> None:
    many = [opened(file) for _ in range(MOST_IDLE + 2)]
    former = [closed(database) for database in many]
    again = [opened(file).connection for _ in many]
    assert sum(connection in former for connection in again) <= MOST_IDLE
