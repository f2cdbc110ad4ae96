"""Conversations that we begin: an agent writes first, and the answer waits for the customer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from aspa.core.conversations import access, events, lifecycle, replies
from aspa.core.conversations.changing import Refused
from aspa.core.conversations.models import Conversation, Event, Message
from aspa.core.inboxes.channel import channel_for
from aspa.core.people.models import Contact, Identity, Role
from aspa.kit import clock, text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aspa.core.inboxes.models import Inbox
    from aspa.core.people.models import Agent

LONGEST_SUBJECT = 200


def start(
    *,
    by: Agent,
    via: Inbox,
    to: str,
    subject: str,
    body: str,
    name: str = "",
    client_id: str | None = None,
    attachments: Sequence[str] = (),
    copies: replies.Copies = replies.NO_COPIES,
) -> Conversation:
    """Write to somebody first. The same `client_id` again returns the first conversation.

    `to` is the identity that the inbox's channel reaches (an e-mail address). The customer is the one who has proven
    it; an address that was only told is nobody's yet, so it makes a new one. Raises Refused.
    """
    if not access.reach(by).may(Role.Permission.REPLY, via.pk):
        raise Refused(_("You may not answer in this inbox."), code="not_yours")
    kind = channel_for(via).capabilities.reaches
    if not kind or not via.is_active:
        raise Refused(_("Nobody can be written to first by this channel."), code="way")
    to = _checked(to, kind)
    subject = " ".join(subject.split())[:LONGEST_SUBJECT]
    if not subject:
        raise Refused(_("Give the letter a subject."), code="subject")
    repeated = Message.objects.filter(agent=by, client_id=client_id).first() if client_id else None
    if repeated is not None:
        return repeated.conversation
    with transaction.atomic():
        conversation = _begin(by, via, _contact(via, kind, to, name), subject)
        replies.reply(
            conversation, by=by, body=body, client_id=client_id, attachments=attachments, via=via, copies=copies
        )
        return lifecycle.wait_for_customer(conversation, by=by)


def _checked(to: str, kind: str) -> str:
    to = to.strip().lower()
    if kind == Identity.Kind.EMAIL:
        try:
            validate_email(to)
        except ValidationError as error:
            raise Refused(_("%(address)s isn't an e-mail address.") % {"address": to}, code="address") from error
    if not to or len(to) > 254:
        raise Refused(_("Tell whom to write to."), code="address")
    return to


def _contact(via: Inbox, kind: str, to: str, name: str) -> Contact:
    """Who has proven the address; else somebody new, who is told to have it."""
    proven = Identity.objects.filter(brand=via.brand_id, kind=kind, value=to, verified_at__isnull=False)
    known = proven.select_related("contact").first()
    if known is not None:
        return known.contact
    now = clock.now()
    contact = Contact.objects.create(brand_id=via.brand_id, name=text.clean(name)[:160], created_at=now)
    Identity.objects.create(brand_id=via.brand_id, contact=contact, kind=kind, value=to, created_at=now)
    return contact


def _begin(by: Agent, via: Inbox, contact: Contact, subject: str) -> Conversation:
    now = clock.now()
    conversation = Conversation.objects.create(
        brand_id=via.brand_id,
        inbox=via,
        contact=contact,
        subject=subject,
        language=contact.language or via.brand.language,
        team_id=via.team_id,
        assignee=by,
        created_at=now,
        last_activity_at=now,
    )
    events.record(conversation, Event.Kind.ASSIGNED, agent=by, before=None, after=by.pk)
    return conversation
