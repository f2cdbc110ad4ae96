"""By which channel a conversation goes on: one conversation may cross channels, and every message says which it used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aspa.core.conversations import access
from aspa.core.conversations.models import Message
from aspa.core.conversations.rows import select
from aspa.core.inboxes.channel import channel_for, channels
from aspa.core.inboxes.models import Inbox
from aspa.core.people.models import Identity, Role

if TYPE_CHECKING:
    from aspa.core.conversations.models import Conversation
    from aspa.core.people.models import Agent


def latest(conversation: Conversation) -> Inbox:
    """Where the customer last wrote: the way by which an answer reaches them most surely.

    When nothing can go back that way (a form), the first of the brand's inboxes that reaches them, if there is one.
    """
    newest = Message.objects.filter(pk=conversation.last_incoming_id).exclude(inbox=conversation.inbox_id)
    found = newest.select_related("inbox__brand").first()
    inbox = conversation.inbox if found is None else found.inbox
    if can_carry(inbox):
        return inbox
    return next(iter(_reaching(conversation)), inbox)


def ways(conversation: Conversation, *, agent: Agent, wrote_by: Inbox | None = None) -> list[Inbox]:
    """The inboxes by which this agent can answer, the best first; none when the customer can't be reached at all.

    Those are where the customer last wrote (`wrote_by` where the caller knows it already), where the conversation
    began, and those of the brand that reach an identity that the customer has told.
    """
    first = wrote_by if wrote_by and can_carry(wrote_by) else latest(conversation)
    found = [first, conversation.inbox, *_reaching(conversation, by=agent)]
    return [inbox for inbox in {inbox.pk: inbox for inbox in found}.values() if can_carry(inbox)]


def proven(conversation: Conversation) -> Inbox | None:
    """The first of the brand's inboxes that reaches the customer by an identity proven to be theirs, if there is one."""
    return next(iter(_reaching(conversation, verified=True)), None)


def can_carry(inbox: Inbox) -> bool:
    """Whether an answer can go out by this inbox."""
    return channel_for(inbox).capabilities.replies


def _reaching(conversation: Conversation, *, by: Agent | None = None, verified: bool = False) -> list[Inbox]:
    """The brand's inboxes that reach an identity which the customer has told; `by` whom they have to be answered."""
    # Only these: each one's secrets are decrypted.
    keys = [channel.key for channel in channels() if channel.capabilities.reaches]
    if not keys:
        return []
    reaching = select(
        Inbox,
        f"t.brand_id = %s AND t.is_active AND t.channel IN ({', '.join(['%s'] * len(keys))}) ORDER BY t.id",
        [conversation.brand_id, *keys],
        related=("brand",),
        without=("brand.identity_secret",),
    )
    if by is not None:
        reaching = [inbox for inbox in reaching if access.reach(by).may(Role.Permission.REPLY, inbox.pk)]
    if not reaching:
        return []
    told = Identity.objects.filter(contact=conversation.contact_id)
    if verified:
        told = told.filter(verified_at__isnull=False)
    kinds = set(told.values_list("kind", flat=True))
    return [inbox for inbox in reaching if channel_for(inbox).capabilities.reaches in kinds]
