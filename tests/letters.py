"""Mail for tests, as it stands in the database once it has arrived."""

from __future__ import annotations

from typing import Any

from django.core.files.base import ContentFile

from aspa.channels.email.models import Arrival, Letter
from aspa.core.conversations.models import Conversation, Message
from aspa.core.inboxes.models import Grant, Inbox
from aspa.core.people.models import Identity
from aspa.kit import clock
from tests.cast import Cast

OURS = "help@villa.example"
DEES = "dee@customer.example"


def mail_inbox(cast: Cast) -> Inbox:
    """The shop's mail, where Ben answers and Cy doesn't."""
    settings = {"address": OURS, "aliases": ["shop@villa.example"], "incoming": "none"}
    inbox = Inbox.objects.create(brand=cast.brand, name="Mail", channel="email", team=cast.team, settings=settings)
    Grant.objects.create(agent=cast.ben, role=cast.answering, inbox=inbox)
    return inbox


def told_address(cast: Cast, *, verified: bool = False) -> Identity:
    """Dee has told her address, and perhaps proved it."""
    return Identity.objects.create(
        brand=cast.brand, contact=cast.dee, kind="email", value=DEES, created_at=clock.now(),
        verified_at=clock.now() if verified else None, verified_how="mail" if verified else "",
    )  # fmt: skip


def thread(cast: Cast, inbox: Inbox, **fields: Any) -> Conversation:
    """A conversation that Dee began by mail, without its messages."""
    now = clock.now()
    return Conversation.objects.create(
        brand=cast.brand, inbox=inbox, contact=cast.dee, subject=fields.pop("subject", "My parcel"), created_at=now,
        last_activity_at=now, waiting_since=now, language="fi", **fields,
    )  # fmt: skip


def letter(
    conversation: Conversation, inbox: Inbox, text: str, *, html: str = "", raw: bytes = b"", **head: Any
) -> Message:
    """A mail of Dee's in the conversation; `head` are fields of its Letter."""
    now = clock.now()
    message = Message.objects.create(
        conversation=conversation, inbox=inbox, kind=Message.Kind.INCOMING, is_public=True,
        contact=conversation.contact, text=text, html=html, created_at=now,
    )  # fmt: skip
    arrival = None
    if raw:
        arrival = Arrival.objects.create(inbox=inbox, source=f"test:{message.pk}", size=len(raw), received_at=now)
        arrival.raw.save("mail.eml", ContentFile(raw))
    values = {
        "mail_id": f"{message.pk}@customer.example", "sender": [DEES, "Dee Dahl"], "to": [[OURS, ""]],
        "subject": conversation.subject, "verdict": "none", "kind": "person", "date": now,
    }  # fmt: skip
    Letter.objects.create(
        message=message, brand_id=conversation.brand_id, arrival=arrival, fingerprint=f"f{message.pk}", **values | head
    )
    conversation.last_message_id = conversation.last_incoming_id = message.pk
    conversation.preview, conversation.preview_kind = text[:140], "incoming"
    conversation.save()
    return message
