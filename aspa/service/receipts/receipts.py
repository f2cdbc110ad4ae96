"""The receipt: every new contact is told at once that the message has arrived, and by which number to ask for it."""

from __future__ import annotations

from aspa.core.conversations import activities
from aspa.core.conversations.changing import changing
from aspa.core.conversations.models import Conversation, Event, Message


def give(events: list[Event]) -> None:
    """A journal subscriber. One receipt for a conversation, however often the same events are read."""
    received = {event.conversation_id: event for event in reversed(events) if event.kind == Event.Kind.RECEIVED}
    begun = dict(Conversation.objects.filter(pk__in=received, status="open").values_list("pk", "created_at"))
    # A conversation begins with its first message, at the same instant; later messages need no look at the past.
    new = {pk for pk, at in begun.items() if at == received[pk].created_at}
    if not new:
        return
    told = set(Message.objects.filter(conversation__in=new, code="receipt").values_list("conversation_id", flat=True))
    for conversation in Conversation.objects.filter(pk__in=new - told):
        with changing(conversation) as current:
            activities.add(current, "receipt", reference=current.reference)
