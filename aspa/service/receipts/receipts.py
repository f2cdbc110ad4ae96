"""The receipt: every new contact is told at once that the message has arrived, and by which number to ask for it."""

from __future__ import annotations

from aspa.core.conversations import activities
from aspa.core.conversations.changing import changing
from aspa.core.conversations.models import Conversation, Event, Message


def give(events: list[Event]) -> None:
    """A journal subscriber. One receipt for a conversation, however often the same events are read."""
    written_to = {event.conversation_id for event in events if event.kind == Event.Kind.RECEIVED}
    if not written_to:
        return
    told = set(
        Message.objects.filter(conversation__in=written_to, code="receipt").values_list("conversation_id", flat=True)
    )
    for conversation in Conversation.objects.filter(pk__in=written_to - told, status=Conversation.Status.OPEN):
        with changing(conversation) as current:
            activities.add(current, "receipt", reference=current.reference)
