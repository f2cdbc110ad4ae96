"""Messages as agents see them, rendered the same for a page and for the live stream."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.template.loader import render_to_string
from django.utils import timezone, translation

from aspa.core.conversations import activities
from aspa.core.conversations.models import Conversation, Message
from aspa.core.inboxes.channel import channel_for

if TYPE_CHECKING:
    from collections.abc import Iterable


def prepare(messages: Iterable[Message], conversation: Conversation) -> list[Message]:
    """Give messages what their template shows: a sentence for activity, the day they belong to, read marks."""
    prepared = list(messages)
    marks = channel_for(conversation.inbox).capabilities.read_marks
    for message in prepared:
        message.conversation = conversation
        message.day = timezone.localtime(message.created_at).date()  # type: ignore[attr-defined]
        message.sentence = (  # type: ignore[attr-defined]
            activities.sentence(message, for_contact=False) if message.kind == Message.Kind.ACTIVITY else ""
        )
        message.was_read = marks and message.pk <= conversation.contact_read_id  # type: ignore[attr-defined]
    return prepared


def message_html(message: Message, *, conversation: Conversation, language: str) -> str:
    """One message for the desk in an agent's language. `conversation` comes with its inbox, brand and contact."""
    with translation.override(language):
        (prepared,) = prepare([message], conversation)
        return render_to_string("desk/message.html", {"message": prepared, "conversation": conversation})
