"""Who has seen what, and pages of messages: always by index, never by scan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import QuerySet

from aspa.core.conversations import events
from aspa.core.conversations.models import AgentRead, Conversation, Event, Mention, Message
from aspa.kit import clock

if TYPE_CHECKING:
    from aspa.core.people.models import Agent


def page(
    messages: QuerySet[Message], *, before: int | None = None, after: int | None = None, limit: int = 50
) -> tuple[list[Message], bool]:
    """Messages in order, oldest first, with whether there are more in that direction.

    The newest `limit`, or those just `before` an id, or those just `after` one.
    """
    if after is not None:
        found = list(messages.filter(pk__gt=after).order_by("pk")[: limit + 1])
        return found[:limit], len(found) > limit
    if before is not None:
        messages = messages.filter(pk__lt=before)
    found = list(messages.order_by("-pk")[: limit + 1])
    return found[limit - 1 :: -1] if len(found) > limit else found[::-1], len(found) > limit


def agent_reads(conversation: Conversation, *, agent: Agent, up_to: int) -> None:
    """The agent has seen everything up to this message. The customer is told of it once."""
    up_to = min(up_to, conversation.last_message_id)
    mark_read(conversation, agent=agent, up_to=up_to)
    Mention.objects.filter(agent=agent, conversation=conversation, message_id__lte=up_to, seen_at=None).update(
        seen_at=clock.now()
    )
    seen = min(up_to, conversation.last_incoming_id)
    if seen <= conversation.agent_read_id:
        return
    with transaction.atomic():
        moved = Conversation.objects.filter(pk=conversation.pk, agent_read_id__lt=seen).update(agent_read_id=seen)
        if moved:
            events.record(conversation, Event.Kind.READ, agent=agent, up_to=seen)


def mark_read(conversation: Conversation, *, agent: Agent, up_to: int) -> None:
    """Move the agent's own mark; a second tab that is behind doesn't take it back."""
    mark, created = AgentRead.objects.get_or_create(
        agent=agent, conversation=conversation, defaults={"message_id": up_to}
    )
    if not created and mark.message_id < up_to:
        AgentRead.objects.filter(pk=mark.pk, message_id__lt=up_to).update(message_id=up_to)


def contact_reads(conversation: Conversation, *, up_to: int) -> None:
    """The customer has seen everything up to this message."""
    up_to = min(up_to, conversation.last_message_id)
    with transaction.atomic():
        moved = Conversation.objects.filter(pk=conversation.pk, contact_read_id__lt=up_to).update(contact_read_id=up_to)
        if moved:
            events.record(conversation, Event.Kind.READ, by_contact=True, up_to=up_to)
