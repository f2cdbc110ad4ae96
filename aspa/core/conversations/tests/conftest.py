from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from aspa.core.conversations import events
from aspa.core.conversations.models import Attachment, Conversation
from aspa.core.conversations.tests.fakes import FakeChannel, FakeChat, FakeMail
from aspa.core.inboxes import channel
from aspa.core.inboxes.models import Brand, Inbox
from aspa.core.people.models import Agent
from aspa.kit import clock
from tests.cast import says


@pytest.fixture(autouse=True)
def letters(monkeypatch: pytest.MonkeyPatch) -> FakeChannel:
    """The channels are fakes here; this is the one that isn't live."""
    fake = FakeChannel()
    monkeypatch.setattr(channel, "_channels", {"webchat": FakeChat(), "letters": fake, "mail": FakeMail()})
    return fake


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


@pytest.fixture
def letter_inbox(brand: Brand) -> Inbox:
    return Inbox.objects.create(brand=brand, name="Letters", channel="letters")


@pytest.fixture
def letter(letter_inbox: Inbox) -> Conversation:
    """Dee has written a letter."""
    return says(letter_inbox, "Dear shop").conversation


@pytest.fixture
def mailbox(brand: Brand) -> Inbox:
    return Inbox.objects.create(brand=brand, name="Mail", channel="mail")


def upload(*, agent: Agent | None = None, inbox: Inbox | None = None, visitor: str = "") -> str:
    """A file that waits for its message; returns its public id."""
    return Attachment.objects.create(
        agent=agent,
        inbox=inbox,
        visitor=visitor,
        name="receipt.pdf",
        content_type="application/pdf",
        size=3,
        file="attachments/receipt.pdf",
        created_at=clock.now(),
    ).public_id
