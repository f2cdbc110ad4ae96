"""Conversations that we begin: an agent writes first, and the answer waits for the customer."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from aspa.core.conversations import access, events, holding, lifecycle, replies
from aspa.core.conversations.changing import Refused
from aspa.core.conversations.models import Conversation, Event, HeldReply, Message
from aspa.core.inboxes.channel import channel_for
from aspa.core.people.models import Contact, Identity, Role
from aspa.kit import clock, text

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from aspa.core.inboxes.models import Inbox
    from aspa.core.people.models import Agent


class Written(TypedDict):
    """What a letter says, as `replies.reply` and `holding.hold` take it."""

    by: Agent
    body: str
    attachments: Sequence[str]
    via: Inbox
    copies: replies.Copies


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
    until: dt.datetime | None = None,
) -> Conversation:
    """Write to somebody first. The same `client_id` again returns the first conversation.

    With `until` the letter is held till then, as every reply that can be taken back (`holding.hold`; it needs a
    `client_id`), and taken back it is the draft of the conversation.

    `to` is the identity that the inbox's channel reaches (an e-mail address). The customer is the one who has proven
    it; an address that was only told is nobody's yet, so it makes a new one. Raises Refused.
    """
    if not access.reach(by).may(Role.Permission.REPLY, via.pk):
        raise Refused(_("You may not answer in this inbox."), code="not_yours")
    kind = channel_for(via).capabilities.reaches
    if not kind or not via.is_active:
        raise Refused(_("Nobody can be written to first by this channel."), code="way")
    to = _checked(to, kind)
    subject = replies.one_line(subject)
    if not subject:
        raise Refused(_("Give the letter a subject."), code="subject")
    repeated = _begun(by, client_id) if client_id else None
    if repeated is not None:
        return repeated
    written: Written = {"by": by, "body": body, "attachments": attachments, "via": via, "copies": copies}
    with transaction.atomic():
        conversation = _begin(by, via, _contact(via, kind, to, name), subject)
        first = _write(conversation, client_id, until, written).conversation
        if first.pk != conversation.pk:
            # Two tries of one letter ran side by side; the other one won.
            transaction.set_rollback(True)
            return first
        return conversation if until and client_id else lifecycle.wait_for_customer(conversation, by=by)


def _write(
    conversation: Conversation, client_id: str | None, until: dt.datetime | None, written: Written
) -> Message | HeldReply:
    if until is None or client_id is None:
        return replies.reply(conversation, client_id=client_id, **written)
    return holding.hold(conversation, client_id=client_id, until=until, **written)


def _begun(by: Agent, client_id: str) -> Conversation | None:
    """What an earlier try with that id began."""
    for written in (Message, HeldReply):
        found = written.objects.filter(agent=by, client_id=client_id).select_related("conversation").first()
        if found is not None:
            return found.conversation
    return None


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
