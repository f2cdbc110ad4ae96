"""A mail's whole way: from the customer's program by LMTP to the desk, back by SMTP, and again to the same conversation."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from email.message import EmailMessage
from email.message import Message as Letter
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message as Collecting
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse

from aspa.channels.email.arriving import smtpd, taking
from aspa.channels.email.arriving.tests.conftest import mail, mailbox
from aspa.core.conversations import delivery, replies
from aspa.core.conversations.models import Conversation, Message
from aspa.core.inboxes.models import Grant, Inbox
from testing.services import free_port
from tests.cast import Cast

pytestmark = pytest.mark.django_db(transaction=True)


class Mailbox(Collecting):
    """The customer's mail server."""

    def __init__(self) -> None:
        super().__init__()
        self.letters: list[Letter] = []

    def handle_message(self, message: Letter) -> None:
        self.letters.append(message)


@pytest.fixture
def customer() -> Iterator[tuple[Mailbox, int]]:
    box, port = Mailbox(), free_port()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    yield box, port
    controller.stop()


@pytest.fixture
def support(cast: Cast, customer: tuple[Mailbox, int]) -> Inbox:
    inbox = mailbox(
        cast.brand,
        "support@shop.example",
        outgoing="smtp",
        smtp_host="127.0.0.1",
        smtp_port=customer[1],
        smtp_security="none",
    )
    Grant.objects.create(agent=cast.ben, role=cast.answering, inbox=inbox)
    return inbox


@pytest.fixture
def lmtp(settings: LazySettings, tmp_path: Path) -> Iterator[str]:
    settings.ASPA_LMTP_LISTEN = str(tmp_path / "lmtp")
    receiver = smtpd.Listening()
    receiver.start()
    yield settings.ASPA_LMTP_LISTEN
    receiver.stop()


def send(lmtp: str, letter: EmailMessage) -> None:
    with smtplib.LMTP(lmtp) as client:
        client.send_message(letter)
    while taking.take():
        pass


def test_there_and_back_and_there_again(cast: Cast, support: Inbox, lmtp: str, customer: tuple[Mailbox, int]) -> None:
    first = mail("Missä pakettini on?", Subject="Paketti")
    send(lmtp, first)
    conversation = Conversation.objects.get()
    shown = as_agent(cast).get(reverse("desk:conversation", args=[conversation.pk])).content.decode()
    assert "Missä pakettini on?" in shown

    reply = replies.reply(conversation, by=cast.ben, body="Se on matkalla.")
    delivery.send(reply.pk)
    letter = next(one for one in customer[0].letters if "Se on matkalla." in str(one))
    assert letter["In-Reply-To"] == first["Message-ID"]
    assert letter["Subject"] == "Re: Paketti"

    answer = mail("Kiitos!", Subject="Vs: Paketti", In_Reply_To=str(letter["Message-ID"]))
    send(lmtp, answer)
    texts = Message.objects.filter(kind=Message.Kind.INCOMING, conversation=conversation).order_by("pk")
    assert list(texts.values_list("text", flat=True)) == ["Missä pakettini on?", "Kiitos!"]
    assert Conversation.objects.count() == 1

    send(lmtp, own_letter_that_came_back(letter))
    assert Message.objects.filter(kind=Message.Kind.INCOMING).count() == 2


def as_agent(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.ben)
    return client


def own_letter_that_came_back(letter: Letter) -> EmailMessage:
    """As a forwarding rule of the customer's would send it."""
    again = EmailMessage()
    for name in ("From", "Subject", "Message-ID", "In-Reply-To"):
        again[name] = str(letter[name])
    again["To"] = "support@shop.example"
    again.set_content("Se on matkalla.")
    return again
