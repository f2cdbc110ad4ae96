"""A single mail for the port: what it says, and nothing of it stored. `taking.py` is how mail really comes in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from aspa.channels.email import settings
from aspa.channels.email.arriving import returning, threading
from aspa.channels.email.arriving.understanding import inbound_of, understand
from aspa.channels.email.reading.mail import Kind, Unreadable
from aspa.channels.email.reading.showing import safe_html
from aspa.core.conversations.models import Message
from aspa.core.inboxes.channel import Inbound, ParseError, Raw, Receipt

if TYPE_CHECKING:
    from aspa.core.inboxes.models import Inbox


def parsed(inbox: Inbox, raw: Raw) -> Sequence[Inbound | Receipt]:
    """The message without its files, or what a report says of letters of ours. Raises ParseError."""
    try:
        understood = understand(raw.body, settings.of(inbox))
        if understood.kind in (Kind.BOUNCE, Kind.COMPLAINT):
            return [
                Receipt(message.inbox_id, message.external_id, Message.State.FAILED.value, reason)
                for message, reason in returning.failed(understood, inbox.brand)
                if message.external_id
            ]
        (continued,) = threading.conversations_of([threading.Asked(understood, inbox.brand)])
        html = safe_html(understood.html, {}) if understood.html else ""
        return [inbound_of(understood, inbox, html=html, conversation_id=continued)]
    except Unreadable as problem:
        raise ParseError(str(problem)) from problem
