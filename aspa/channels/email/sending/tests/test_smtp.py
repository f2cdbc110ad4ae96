"""Letters go out once, by servers that are kind and by servers that aren't."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils.translation import override

from aspa.channels.email import oauth
from aspa.channels.email.models import Letter, Line
from aspa.channels.email.sending import kept, posting, smtp
from aspa.channels.email.sending.tests.conftest import DEE, Writes, to_peer
from aspa.channels.email.sending.tests.peer import DIES, PASSWORD, Peer, Script, make_certificate, serving
from aspa.core.conversations import attachments, delivery, replies
from aspa.core.conversations.models import Attachment, Message
from aspa.core.inboxes.models import Inbox
from aspa.core.people.models import Agent
from aspa.kit import files

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with override("en"):
        yield


@pytest.fixture
def message(writes: Writes, ben: Agent) -> Message:
    asked = writes("Where is it?")
    return replies.reply(asked.conversation, by=ben, body="On its way.")


def send(message: Message, attempt: int = 1) -> Message:
    delivery.send(message_id=message.pk, attempt=attempt)
    return Message.objects.get(pk=message.pk)


def point(inbox: Inbox, peer: Any, **more: Any) -> None:
    inbox.settings = to_peer(peer, **more)
    inbox.save()


def line(inbox: Inbox) -> Line:
    return Line.objects.get(inbox=inbox, direction="out")


def test_a_reply_is_taken(message: Message, peer: Peer, mail_inbox: Inbox) -> None:
    sent = send(message)
    assert (sent.state, sent.state_reason) == ("sent", "")
    (taken,) = peer.taken
    assert (taken.mail_from, taken.rcpt_tos) == ("support@villa.example", [DEE])
    assert sent.external_id == str(peer.mails[0]["Message-ID"]).strip("<>") == sent.letter.mail_id
    assert line(mail_inbox).worked_at


def test_what_was_sent_goes_no_second_time(message: Message, peer: Peer) -> None:
    """The worker died after the server's yes, before the message was marked."""
    send(message)
    Message.objects.filter(pk=message.pk).update(state="sending")
    assert send(message).state == "sent"
    assert len(peer.taken) == 1


def test_a_worker_that_dies_with_the_answer_open_sends_nothing_by_itself(message: Message, peer: Peer) -> None:
    send(message)
    Message.objects.filter(pk=message.pk).update(state="sending", external_id=None)
    Letter.objects.update(handover="open")

    failed = send(message)
    assert failed.state == "failed"
    assert "may have been sent" in failed.state_reason
    assert len(peer.taken) == 1

    delivery.retry(failed)
    assert send(message).state == "sent"
    first, second = peer.mails
    assert first["Message-ID"] == second["Message-ID"]


def test_a_refused_recipient_is_final_and_said(message: Message, peer: Peer, mail_inbox: Inbox) -> None:
    peer.refusing[DEE] = "550 5.1.1 No such user here"
    failed = send(message)
    assert failed.state == "failed"
    assert DEE in failed.state_reason
    assert "No such user here" in failed.state_reason
    assert not peer.taken
    assert not line(mail_inbox).error


def test_a_server_that_is_busy_is_tried_again(message: Message, peer: Peer) -> None:
    peer.answers = ["451 4.3.0 Try again later"]
    waiting = send(message)
    assert waiting.state == "queued"
    assert "Try again later" in waiting.state_reason
    assert send(message, attempt=2).state == "sent"
    assert len(peer.taken) == 1


def test_a_refused_text_is_final(message: Message, peer: Peer) -> None:
    peer.answers = ["554 5.7.1 Looks like spam"]
    assert send(message).state == "failed"


def test_a_refused_copy_is_told_and_the_customer_has_the_letter(writes: Writes, ben: Agent, peer: Peer) -> None:
    asked = writes("Where is it?")
    copies = replies.Copies(cc=("boss@customer.example", "gone@customer.example"), bcc=("own@villa.example",))
    message = replies.reply(asked.conversation, by=ben, body="Here.", copies=copies)
    peer.refusing["gone@customer.example"] = "550 5.1.1 Gone"

    assert send(message).state == "sent"
    (taken,) = peer.taken
    assert taken.rcpt_tos == [DEE, "boss@customer.example", "own@villa.example"]
    told = Message.objects.get(code="copy_refused")
    assert not told.is_public
    assert told.data == {"addresses": "gone@customer.example (Gone)"}
    assert "own@villa.example" not in str(taken.content)


def session(*rest: str | None) -> list[str | None]:
    return ["220 here", "250-here\r\n250 SIZE 1000000", "250 sender", "250 recipient", *rest]


def test_a_server_that_dies_in_the_text_gets_it_again_and_once(message: Message, mail_inbox: Inbox) -> None:
    """It hasn't read the end, so it can't have sent it."""
    big = files.take(b"\x00\x01" * 6_000_000, name="big.bin")
    Attachment.objects.filter(pk=attachments.keep(big).pk).update(message=message)
    with Script(session("354 go", DIES), session("354 go", "250 taken", "221 bye")) as server:
        point(mail_inbox, server)
        waiting = send(message)
        assert waiting.state == "queued"
        assert waiting.letter.handover == ""
        assert send(message, attempt=2).state == "sent"
    assert len(server.texts) == 1


def test_letters_go_by_the_connection_that_is_open_while_it_is_young_and_the_settings_are_the_same(
    writes: Writes, ben: Agent, mail_inbox: Inbox, peer: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def another() -> int:
        asked = writes("And?", mail_id=f"{len(peer.taken)}@customer.example")
        assert send(replies.reply(asked.conversation, by=ben, body="Soon.")).state == "sent"
        return len(peer.sessions)

    assert [another(), another()] == [1, 1]
    point(mail_inbox, peer, smtp_user="", footer="Moved to Rantatie 2")
    assert another() == 2
    monkeypatch.setattr(kept, "PATIENCE", -1)
    assert [another(), another()] == [2, 3]
    assert len(peer.taken) == 5


def test_an_open_connection_that_died_is_replaced_and_the_letter_goes_once(
    writes: Writes, ben: Agent, message: Message, mail_inbox: Inbox
) -> None:
    with Script(session("354 go", "250 taken", None), session("354 go", "250 taken", "221 bye")) as server:
        point(mail_inbox, server)
        assert send(message).state == "sent"
        second = replies.reply(message.conversation, by=ben, body="It is there.")
        assert send(second).state == "sent"
    assert [b"On its way." in text for text in server.texts] == [True, False]
    assert not line(mail_inbox).error


def test_no_word_after_the_text_means_nobody_knows(
    message: Message, mail_inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp, "LAST_ANSWER", 0.3)
    with Script(session("354 go", "")) as server:
        point(mail_inbox, server)
        failed = send(message)
    assert failed.state == "failed"
    assert len(server.texts) == 1
    assert failed.letter.handover == ""


def test_a_server_that_hangs_up_after_the_text_is_not_tried_by_itself(message: Message, mail_inbox: Inbox) -> None:
    with Script(session("354 go", None), session("354 go", "250 taken", "221 bye")) as server:
        point(mail_inbox, server)
        failed = send(message)
        assert failed.state == "failed"
        delivery.retry(failed)
        assert send(message).state == "sent"
    assert len(server.texts) == 2


def test_a_server_that_never_answers_is_loud_for_the_admin(
    message: Message, mail_inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp, "ANSWER", 0.3)
    with Script([""]) as server:
        point(mail_inbox, server)
        waiting = send(message)
    assert waiting.state == "queued"
    assert str(server.port) in line(mail_inbox).error
    assert line(mail_inbox).failures == 1


def test_nobody_there(message: Message, mail_inbox: Inbox, peer: Peer) -> None:
    point(mail_inbox, peer, smtp_port=1)
    assert send(message).state == "queued"
    assert line(mail_inbox).error
    point(mail_inbox, peer)
    assert send(message, attempt=2).state == "sent"
    assert not line(mail_inbox).error
    assert len(peer.taken) == 1


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    return make_certificate(tmp_path / "server.pem")


@pytest.fixture
def trusting(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    def trust() -> None:
        monkeypatch.setattr(smtp, "tls_context", lambda: ssl.create_default_context(cafile=str(certificate)))

    return trust


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_the_line_is_encrypted_and_checked(
    message: Message, mail_inbox: Inbox, certificate: Path, trusting: Callable[[], None], security: str
) -> None:
    with serving(Peer(), tls=security, certificate=certificate) as peer:
        point(mail_inbox, peer, smtp_security=security)
        waiting = send(message)
        assert waiting.state == "queued"
        assert "certificate" in line(mail_inbox).error
        assert not peer.taken

        trusting()
        assert send(message, attempt=2).state == "sent"
        assert len(peer.taken) == 1


def test_a_server_without_starttls_gets_nothing(message: Message, mail_inbox: Inbox, peer: Peer) -> None:
    point(mail_inbox, peer, smtp_security="starttls", smtp_user="support@villa.example", smtp_password=PASSWORD)
    assert send(message).state == "queued"
    assert "STARTTLS" in line(mail_inbox).error


@pytest.mark.parametrize("password", [PASSWORD, "wrong", "väärä"])
def test_signing_in(message: Message, mail_inbox: Inbox, password: str) -> None:
    with serving(Peer(), auth=True) as peer:
        point(mail_inbox, peer, smtp_user="support@villa.example", smtp_password=password)
        sent = send(message)
    assert peer.signed_in
    if password == PASSWORD:
        assert sent.state == "sent"
    else:
        # An admin corrects it meanwhile, so the letter waits.
        assert sent.state == "queued"
        assert line(mail_inbox).error
        assert password not in line(mail_inbox).error


@pytest.mark.parametrize(("token", "state"), [("token-7", "sent"), ("expired", "queued")])
def test_signing_in_by_a_token(
    message: Message, mail_inbox: Inbox, monkeypatch: pytest.MonkeyPatch, token: str, state: str
) -> None:
    monkeypatch.setattr(oauth, "access_token", lambda inbox_id: token)
    with serving(Peer(), auth=True) as peer:
        point(mail_inbox, peer, oauth="google")
        assert send(message).state == state
    assert peer.signed_in == ["XOAUTH2"]


def test_access_that_was_withdrawn_is_loud(
    message: Message, mail_inbox: Inbox, peer: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def withdrawn(inbox_id: int) -> str:
        raise oauth.Refused("Sign in again.")

    monkeypatch.setattr(oauth, "access_token", withdrawn)
    point(mail_inbox, peer, oauth="google")
    assert send(message).state == "queued"
    assert line(mail_inbox).error == "Sign in again."


def test_letters_before_the_at_sign_need_a_server_that_can(writes: Writes, ben: Agent, mail_inbox: Inbox) -> None:
    asked = writes("Hei", sender="tyttö@käyttäjä.example", mail_id="x@y.example")
    message = replies.reply(asked.conversation, by=ben, body="Hei.")
    failed = send(message)
    assert failed.state == "failed"
    delivery.retry(failed)
    with serving(Peer(), enable_SMTPUTF8=True) as able:
        point(mail_inbox, able)
        assert send(message).state == "sent"
    assert able.taken[0].rcpt_tos == ["tyttö@xn--kyttj-hraac.example"] or able.taken[0].rcpt_tos[0].startswith(
        "tyttö@xn--"
    )
    assert "tyttö@xn--" in able.taken[0].content.decode()


def test_nobody_to_write_to(conversation: Any, mail_inbox: Inbox) -> None:
    """A chat whose visitor told no address."""
    reply = Message.objects.create(
        conversation=conversation, inbox=mail_inbox, kind="reply", is_public=True, text="Hi", state="queued",
        created_at=conversation.created_at,
    )  # fmt: skip
    failed = send(reply)
    assert failed.state == "failed"
    assert failed.state_reason


def test_a_dead_worker_leaves_its_letter(message: Message, peer: Peer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed between the end of the text and the answer: the letter says so when the next one looks."""

    class Killed(BaseException):
        pass

    def die(*args: Any) -> None:
        raise Killed

    monkeypatch.setattr(posting, "_conclude", die)
    with pytest.raises(Killed):
        delivery.send(message_id=message.pk)
    assert Letter.objects.get(message=message).handover == "open"
    monkeypatch.undo()

    assert send(message).state == "failed"
    assert len(peer.taken) == 1
