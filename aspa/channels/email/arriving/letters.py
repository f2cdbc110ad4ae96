"""A mail as a message: its files, its HTML with their addresses, and its Letter."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.urls import reverse

from aspa.channels.email.arriving.understanding import Understood, inbound_of, visitor_of
from aspa.channels.email.models import Letter
from aspa.channels.email.reading.mail import Address
from aspa.channels.email.reading.showing import safe_html
from aspa.core.conversations import attachments
from aspa.core.conversations.models import Attachment, Message
from aspa.core.inboxes.channel import Inbound
from aspa.kit import files

if TYPE_CHECKING:
    from aspa.channels.email.models import Arrival
    from aspa.core.inboxes.models import Inbox

MOST_FILES = 200
MOST_ADDRESSES = 200
MOST_REFERENCES = 100


@dataclasses.dataclass(slots=True)
class Draft:
    """A mail on its way to become a message: its files are written, no row is. `rest_html` is cleaned."""

    understood: Understood
    inbound: Inbound
    rest_html: str
    attachments: list[Attachment]

    def forget(self) -> None:
        """Remove the files again: the message could not be stored."""
        for attachment in self.attachments:
            attachment.file.delete(save=False)


def draft(understood: Understood, inbox: Inbox, *, conversation_id: int | None = None, spam: str = "") -> Draft:
    """Raises Unreadable without a sender, OSError when the disk is full."""
    inbound = inbound_of(understood, inbox, conversation_id=conversation_id, spam=spam)
    kept = _attachments(understood, inbox)
    cids = {
        attachment.content_id: reverse("shell_file", args=[attachment.public_id, attachment.name])
        for attachment in kept
        if attachment.content_id
    }
    html = safe_html(understood.html, cids) if understood.html else ""
    rest_html = safe_html(understood.rest_html, cids) if understood.rest_html else ""
    inbound = dataclasses.replace(inbound, html=html, attachments=tuple(one.public_id for one in kept))
    return Draft(understood, inbound, rest_html, kept)


def letter_of(drawn: Draft, message: Message, inbox: Inbox, arrival: Arrival) -> Letter:
    """The e-mail side of the message, not saved."""
    understood, mail = drawn.understood, drawn.understood.mail
    found = understood.authenticity
    return Letter(
        message=message,
        brand_id=inbox.brand_id,
        mail_id=mail.message_id[:255],
        fingerprint=understood.fingerprint,
        in_reply_to=next(iter(mail.in_reply_to), "")[:255],
        references=list(mail.references[-MOST_REFERENCES:]),
        sender=_pair(understood.sender),
        reply_to=_pairs(mail.reply_to),
        to=_pairs(mail.to),
        cc=_pairs(mail.cc),
        subject=mail.subject[:500],
        date=mail.date,
        rest=understood.body.rest,
        rest_html=drawn.rest_html,
        kind=understood.kind.value,
        verdict=found.verdict.value,
        spf=found.spf[:12],
        dkim=found.dkim[:12],
        dmarc=found.dmarc[:12],
        handover="",
        arrival=arrival,
    )


def _attachments(understood: Understood, inbox: Inbox) -> list[Attachment]:
    kept: list[Attachment] = []
    try:
        for file in understood.mail.files[:MOST_FILES]:
            kept.append(
                attachments.stored(
                    files.take(file.content, name=file.name),
                    inbox=inbox,
                    visitor=visitor_of(understood),
                    content_id=file.content_id,
                    is_inline=file.is_inline,
                )
            )
    except BaseException:
        for attachment in kept:
            attachment.file.delete(save=False)
        raise
    return kept


def _pairs(addresses: Iterable[Address]) -> list[list[str]]:
    return [_pair(address) for address in list(addresses)[:MOST_ADDRESSES]]


def _pair(address: Address) -> list[str]:
    return [address.email, address.name]
