"""Copies of what was sent, in the mailbox on a real IMAP server."""

from __future__ import annotations

import email
import email.policy
import itertools
from collections.abc import Iterator

import pytest
import time_machine

from aspa.channels.email import checking
from aspa.channels.email.arriving import imap
from aspa.channels.email.sending import sent_copy
from aspa.channels.email.sending.tests.conftest import Writes, to_peer
from aspa.channels.email.sending.tests.peer import Peer
from aspa.channels.email.settings import of
from aspa.core.conversations import replies
from aspa.core.conversations.models import Message
from aspa.core.inboxes.models import Inbox
from aspa.core.people.models import Agent
from aspa.kit import clock
from aspa.kit.tasks import run_pending
from testing.mail import PASSWORD, Dovecot, dovecot

pytestmark = pytest.mark.django_db

_names = itertools.count(1)


@pytest.fixture(scope="module")
def server() -> Iterator[Dovecot]:
    with dovecot() as server:
        yield server


@pytest.fixture
def kept(mail_inbox: Inbox, peer: Peer, server: Dovecot) -> Inbox:
    return keep_in(mail_inbox, peer, server, user=f"sent{next(_names)}")


def keep_in(inbox: Inbox, peer: Peer, server: Dovecot, *, user: str, folder: str = "Sent", **more: object) -> Inbox:
    inbox.settings = to_peer(
        peer, incoming="imap", imap_host="127.0.0.1", imap_port=server.port, imap_security="none", imap_user=user,
        imap_password=PASSWORD, sent_folder=folder, **more,
    )  # fmt: skip
    inbox.save()
    with imap.connect(inbox.pk, of(inbox)) as box:
        if not box.folder.exists("Sent"):
            box.folder.create("Sent")
    return inbox


def copies(inbox: Inbox) -> list[tuple[bytes, tuple[str, ...]]]:
    with imap.connect(inbox.pk, of(inbox)) as box:
        box.folder.set("Sent")
        return [(one.obj.as_bytes(), one.flags) for one in box.fetch(mark_seen=False)]


def answer(writes: Writes, ben: Agent) -> Message:
    asked = writes("Missä se on?")
    return replies.reply(
        asked.conversation, by=ben, body="Tulossa.", copies=replies.Copies(bcc=("boss@villa.example",))
    )


def test_a_copy_is_kept_once(kept: Inbox, writes: Writes, ben: Agent, peer: Peer) -> None:
    message = answer(writes, ben)
    run_pending()
    sent_copy.keep(message_id=message.pk)

    ((raw, flags),) = copies(kept)
    copy = email.message_from_bytes(raw, policy=email.policy.default)
    assert copy["Message-ID"] == peer.mails[0]["Message-ID"]
    assert copy["Bcc"] == "boss@villa.example"
    assert "Tulossa." in copy.get_body(("plain",)).get_content()
    assert flags == ("\\Seen",)


def test_a_mailbox_that_is_away_costs_the_letter_nothing(
    mail_inbox: Inbox, writes: Writes, ben: Agent, peer: Peer, server: Dovecot
) -> None:
    keep_in(mail_inbox, peer, server, user="later")
    port = mail_inbox.settings.pop("imap_port")
    mail_inbox.settings["imap_port"] = 1
    mail_inbox.save()
    message = answer(writes, ben)
    run_pending()
    message.refresh_from_db()
    assert message.state == "sent"

    mail_inbox.settings["imap_port"] = port
    mail_inbox.save()
    with time_machine.travel(clock.now().timestamp() + 120):
        run_pending()
    assert len(copies(mail_inbox)) == 1
    assert len(peer.taken) == 1


def test_the_connection_is_tried_with_words(mail_inbox: Inbox, peer: Peer, server: Dovecot) -> None:
    keep_in(mail_inbox, peer, server, user="tried")
    assert [one.level for one in checking.check(mail_inbox, "connection")] == ["ok", "ok"]

    keep_in(mail_inbox, peer, server, user="tried", folder="Lähetetyt", imap_folders=["INBOX", "Spam"])
    found = checking.check(mail_inbox, "connection")[0]
    assert found.level == "error"
    assert "Spam, Lähetetyt" in found.seen
    assert "INBOX" in found.copy

    mail_inbox.settings["imap_password"] = "wrong"
    found = checking.check(mail_inbox, "connection")[0]
    assert found.level == "error"
    assert "wrong" not in found.seen
    assert found.advice
