"""What has been acknowledged is on the disk; what can't be kept is asked for again later."""

from __future__ import annotations

import errno
import io
import os
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.db import OperationalError, connection

from aspa.channels.email.arriving import keeping
from aspa.channels.email.models import Arrival
from aspa.core.inboxes.models import Inbox


def coming(inbox: Inbox, source: str = "x:1", content: bytes = b"From: a@b.example\n\nHello") -> keeping.Coming:
    return keeping.Coming(inbox.pk, source, content, mail_from="", mail_to=("support@shop.example",))


def kept() -> bytes:
    with Arrival.objects.get().raw.open("rb") as file:
        return bytes(file.read())


@pytest.mark.django_db(transaction=True)
def test_it_is_synced_before_its_row_is_committed(support: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    happened: list[str] = []
    real = os.fsync
    monkeypatch.setattr(os, "fsync", lambda handle: (happened.append("fsync"), real(handle))[1])
    keeping.NEWS.clear()
    with connection.execute_wrapper(lambda execute, sql, *rest: (happened.append(sql[:6]), execute(sql, *rest))[1]):
        keeping.keep([coming(support)])
    assert happened.index("fsync") < happened.index("INSERT")
    assert kept() == b"From: a@b.example\n\nHello"
    assert Arrival.objects.get().envelope == {"from": "", "to": ["support@shop.example"]}
    assert keeping.NEWS.is_set()


@pytest.mark.django_db
def test_the_same_source_is_kept_once(support: Inbox, sales: Inbox) -> None:
    keeping.keep([coming(support), coming(support)])
    keeping.keep([coming(support), coming(sales)])
    assert list(Arrival.objects.order_by("pk").values_list("inbox", flat=True)) == [support.pk, sales.pk]


@pytest.mark.django_db
def test_files_of_any_size_are_streamed(support: Inbox) -> None:
    content = b"Subject: big\n\n" + b"x" * 3_000_000
    keeping.keep([keeping.Coming(support.pk, "x:1", io.BytesIO(content))])
    assert (kept(), Arrival.objects.get().size) == (content, len(content))


def test_a_source_is_the_bytes_and_the_recipient() -> None:
    assert keeping.source_of(b"abc", "A@b.example") == keeping.source_of(io.BytesIO(b"abc"), "a@b.example")
    assert keeping.source_of(b"abc", "a@b.example") != keeping.source_of(b"abc", "c@b.example")


@pytest.mark.django_db
def test_a_full_disk_asks_to_try_later_and_leaves_nothing(support: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(keeping.TryLater, match="No space"):
        keeping.keep([coming(support)])
    monkeypatch.undo()
    assert not Arrival.objects.exists()
    assert not list(Path(default_storage.path("mail")).rglob("*.part"))
    keeping.keep([coming(support)])
    assert kept()


@pytest.mark.django_db
def test_a_lost_database_asks_to_try_later_and_the_next_try_keeps_it_once(
    support: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(rows: object) -> None:
        raise OperationalError("gone away")

    monkeypatch.setattr(keeping, "insert_instances", away)
    with pytest.raises(keeping.TryLater):
        keeping.keep([coming(support)])
    monkeypatch.undo()
    keeping.keep([coming(support)])
    assert len(list(Path(default_storage.path("mail")).rglob("*.eml"))) == 1
