"""Pieces of the journal, as its subscribers get them; and reading it on PostgreSQL beside other tests.

The fixture is at hand everywhere.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from aspa.core.conversations import events
from aspa.core.conversations.events import Cursor, Stretch
from aspa.core.conversations.models import Event, Message

BEGINNING, END = Cursor(0, 0), Cursor(2**62, 2**62)


def whole() -> Stretch:
    return Stretch(BEGINNING, END, frozenset(Event.Kind))


def of(message: Message) -> Stretch:
    """The event of a message."""
    event = Event.objects.get(message=message)
    return Stretch(Cursor(event.tx, event.pk - 1), Cursor(event.tx, event.pk), frozenset({event.kind}))


@pytest.fixture
def alone_on_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """On PostgreSQL a reader waits for every open transaction of the server, also of tests in other databases.

    Tests that run beside this one are waited for before each reading, so that only our own transactions count.
    """
    if connection.vendor == "postgresql":
        for reading in (events.read_after, events.head, events.stretch_after):
            monkeypatch.setattr(events, reading.__name__, patiently(reading))


def patiently(reading: Callable[..., Any]) -> Callable[..., Any]:
    def read(*args: Any, **kwargs: Any) -> Any:
        wait_for_other_databases()
        return reading(*args, **kwargs)

    return read


def wait_for_other_databases() -> None:
    connection.ensure_connection()
    server = connection.connection
    (newest,) = server.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint").fetchone()
    for _try in range(500):
        server.execute("SELECT pg_stat_clear_snapshot()")
        (others,) = server.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname <> current_database() AND backend_xid::text::bigint < %s",
            [newest],
        ).fetchone()
        if not others:
            return
        time.sleep(0.1)
