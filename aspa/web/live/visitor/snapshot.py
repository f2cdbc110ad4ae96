"""Where a visitor stands: their conversation, its newest messages, and the place in the journal to go on from."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from aspa.channels.webchat import spoken, visitors
from aspa.core.conversations import events, reading
from aspa.core.conversations.models import Attachment, Conversation, Message

if TYPE_CHECKING:
    from collections.abc import Collection

    from aspa.core.inboxes.channel import Sender
    from aspa.core.inboxes.models import Inbox

PAGE = 50


def take(inbox: Inbox, visitor: str, signed_in: Sender | None, *, language: str) -> dict[str, Any]:
    """{"cursor", "conversation", "messages", "more"} and the "contact_id" to listen for (not for the visitor)."""
    # The place first: what commits during the reads below is then told again, never lost.
    cursor = events.head()
    contact_id = visitors.contact_id_of(inbox, visitor, signed_in)
    conversation = visitors.conversation_of(inbox, contact_id)
    messages, more = page(inbox, conversation, language=language)
    return {
        "cursor": str(cursor),
        "contact_id": contact_id,
        "conversation": spoken.conversation(conversation) if conversation else None,
        "messages": messages,
        "more": more,
    }


def page(
    inbox: Inbox, conversation: Conversation | None, *, language: str, before: int | None = None
) -> tuple[list[dict[str, Any]], bool]:
    """A page of what the customer may see, oldest first, and whether there is more before it."""
    if conversation is None:
        return [], False
    theirs = Message.objects.for_contact().filter(conversation=conversation).select_related("agent")
    messages, more = reading.page(theirs, before=before, limit=PAGE)
    files: defaultdict[int, list[Attachment]] = defaultdict(list)
    for message in messages:
        message.conversation = conversation
    with_files = [message.pk for message in messages if message.has_attachments]
    if with_files:
        for attachment in Attachment.objects.filter(message__in=with_files).order_by("pk"):
            files[attachment.message_id or 0].append(attachment)
    return [spoken.message(m, inbox.public_id, files[m.pk], language=language) for m in messages], more


def conversation_ids(inbox: Inbox, contact_id: int, elsewhere: Collection[int]) -> list[int]:
    """The conversations whose events a returning widget may have missed: the customer's newest in this inbox, and
    those `elsewhere` into which such were merged."""
    ids = Conversation.objects.filter(contact_id=contact_id, inbox=inbox).order_by("-pk").values_list("pk", flat=True)
    return [*ids[:20], *elsewhere]
