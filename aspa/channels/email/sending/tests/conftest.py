"""A mail inbox, Dee's letters to it, and a mail server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from aspa.channels.email.models import Letter
from aspa.channels.email.sending.tests.peer import Peer, serving
from aspa.core.conversations import intake
from aspa.core.conversations.models import Message
from aspa.core.inboxes.channel import Claim, Inbound, Sender
from aspa.core.inboxes.models import Grant, Inbox
from aspa.core.people.models import Identity
from aspa.kit import clock
from tests.cast import Cast

DEE = "dee@customer.example"
Writes = Callable[..., Message]


@pytest.fixture
def peer() -> Iterator[Peer]:
    with serving(Peer()) as peer:
        yield peer


@pytest.fixture
def mail_inbox(cast: Cast, peer: Peer) -> Inbox:
    inbox = Inbox.objects.create(brand=cast.brand, name="Mail", channel="email", settings=to_peer(peer))
    Grant.objects.create(agent=cast.ben, role=cast.answering, inbox=inbox)
    return inbox


def to_peer(peer: Any, **more: Any) -> dict[str, Any]:
    return {
        "address": "support@villa.example",
        "smtp_host": "127.0.0.1",
        "smtp_port": peer.port,
        "smtp_security": "none",
        "footer": "Villa Oy, Rantatie 1, Oulu",
    } | more


@pytest.fixture
def writes(mail_inbox: Inbox) -> Writes:
    """A letter from a customer, as the arriving side keeps it."""

    def write(
        text: str, *, mail_id: str = "first@customer.example", sender: str = DEE, name: str = "Dee Dahl", **more: Any
    ) -> Message:
        inbound = Inbound(
            inbox_id=mail_inbox.pk,
            external_id=mail_id,
            sender=Sender(
                Claim(Identity.Kind.EMAIL, sender, verified_how="dkim"),
                name=name,
                language=more.pop("language", "en"),
            ),
            text=text,
            subject=more.get("subject", "My coat"),
            conversation_id=more.pop("conversation_id", None),
            automatic=more.pop("automatic", False),
        )
        (received,) = intake.receive([inbound])
        assert isinstance(received, intake.Received), received
        message = received.message
        letter = {"subject": "My coat", "to": [["support@villa.example", ""]], "date": clock.now()} | more
        Letter.objects.create(message=message, brand=mail_inbox.brand, mail_id=mail_id, sender=[sender, name], **letter)
        return message

    return write
