"""The background as a server starts it: a mail sent becomes a message by itself, and a stop is clean."""

from __future__ import annotations

import smtplib
import threading
import time

import pytest
from django.conf import LazySettings

from aspa.channels.email.arriving import running, smtpd, taking
from aspa.channels.email.arriving.tests.conftest import mail
from aspa.core.conversations.models import Message
from aspa.core.inboxes.models import Inbox
from testing.services import free_port

pytestmark = pytest.mark.django_db(transaction=True)


def test_mail_is_received_handled_and_the_stop_leaves_no_thread(
    support: Inbox, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = free_port()
    settings.ASPA_SMTP_LISTEN = f"127.0.0.1:{port}"
    before = set(threading.enumerate())
    failures = iter([taking.Later("the disk is full"), RuntimeError("something odd")])
    real = taking.take

    def take() -> int:
        for failure in failures:
            raise failure
        return real()

    monkeypatch.setattr(running, "FIRST_PAUSE", 0.1)
    monkeypatch.setattr(taking, "take", take)
    finish = running.start()
    try:
        with smtplib.SMTP("127.0.0.1", port) as client:
            client.send_message(mail("By itself"))
        deadline = time.monotonic() + 60
        while not Message.objects.filter(text="By itself").exists():
            assert time.monotonic() < deadline
            time.sleep(0.05)
    finally:
        finish()
    # Those that make files durable stay for the process's life.
    left = [one for one in threading.enumerate() if one not in before and not one.name.startswith("mail-sync")]
    assert not [one for one in left if "mail" in one.name]


def test_a_receiver_that_cant_listen_stops_the_start(settings: LazySettings) -> None:
    settings.ASPA_LMTP_LISTEN = "/nowhere/lmtp"
    with pytest.raises(smtpd.ListenError, match="ASPA_LMTP_LISTEN"):
        running.start()
