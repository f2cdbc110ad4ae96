"""By which channel a conversation goes on: one conversation may cross channels, and every message says which it used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aspa.core.conversations import access
from aspa.core.conversations.models import Message
from aspa.core.inboxes.channel import channel_for
from aspa.core.inboxes.models import Inbox
from aspa.core.people.models import Identity, Role

if TYPE_CHECKING:
    from aspa.core.conversations.models import Conversation
    from aspa.core.people.models import Agent


def latest(conversation: Conversation) -> Inbox:
    """Where the customer last wrote: the way by which an answer reaches them most surely."""
    newest = Message.objects.filter(pk=conversation.last_incoming_id).exclude(inbox=conversation.inbox_id)
    found = newest.select_related("inbox__brand").first()
    return conversation.inbox if found is None else found.inbox


def ways(conversation: Conversation, *, agent: Agent) -> list[Inbox]:
    """The inboxes by which this agent can answer, the best first.

    Those are where the customer last wrote, where the conversation began, and those of the brand that reach an
    identity that the customer has told.
    """
    first = latest(conversation)
    kinds = set(Identity.objects.filter(contact=conversation.contact_id).values_list("kind", flat=True))
    mine = access.inboxes(agent, Role.Permission.REPLY).defer("brand__identity_secret")
    others = mine.filter(brand=conversation.brand_id, is_active=True).exclude(pk__in=(first.pk, conversation.inbox_id))
    reaching = [inbox for inbox in others if channel_for(inbox).capabilities.reaches in kinds]
    begun = [] if conversation.inbox_id == first.pk else [conversation.inbox]
    return [first, *begun, *reaching]
