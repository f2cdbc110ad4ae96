"""Pieces of the journal, as its subscribers get them."""

from __future__ import annotations

from aspa.core.conversations.events import Cursor, Stretch
from aspa.core.conversations.models import Event, Message

BEGINNING, END = Cursor(0, 0), Cursor(2**62, 2**62)


def whole() -> Stretch:
    return Stretch(BEGINNING, END)


def of(message: Message) -> Stretch:
    """The event of a message."""
    event = Event.objects.get(message=message)
    return Stretch(Cursor(event.tx, event.pk - 1), Cursor(event.tx, event.pk))
