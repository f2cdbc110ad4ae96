"""The receipt: every new contact is told at once that the message has arrived, and by which number to ask for it."""

from __future__ import annotations

from collections.abc import Sequence

from aspa.core.conversations import activities
from aspa.core.conversations.changing import changing
from aspa.core.conversations.events import Entry
from aspa.core.conversations.models import Conversation, Event, Message

KINDS = frozenset({Event.Kind.RECEIVED.value})


def give(events: Sequence[Entry]) -> None:
    """A journal subscriber. One receipt for a conversation, however often the same events are read, none for machines."""
    first = {event.message_id: event.conversation_id for event in events if event.data.get("begins")}
    if not first:
        return
    written = Message.objects.filter(pk__in=first, kind=Message.Kind.INCOMING)
    begun = {first[message.pk] for message in written if not message.is_automatic}
    told = Message.objects.filter(conversation__in=begun, code="receipt").values_list("conversation_id", flat=True)
    for conversation in Conversation.objects.filter(pk__in=begun - set(told), status="open"):
        with changing(conversation) as current:
            activities.add(current, "receipt", reference=current.reference)
