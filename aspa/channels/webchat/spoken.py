"""How a conversation looks to the visitor's widget: the JSON of the chat protocol (docs/chat-protocol.md)."""

from __future__ import annotations

import datetime as dt
from contextlib import nullcontext
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from aspa.core.conversations import activities, own_page
from aspa.core.conversations.models import Message

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aspa.core.conversations.models import Attachment, Conversation
    from aspa.core.conversations.received import ConversationRow, MessageRow
    from aspa.core.people.models import Agent

# With these the customer gets the link to their own page.
WITH_PAGE = (
    "receipt", "reminded", "closed_by_silence", "verification_asked", "code_refused", "identification_asked",
)  # fmt: skip
FROM = {"incoming": "contact", "reply": "agent", "activity": "system"}


def agent(agent: Agent | None) -> dict[str, str] | None:
    if agent is None:
        return None
    return {
        "name": agent.public_name,
        "title": agent.title,
        "picture": settings.ASPA_URL + agent.picture.url if agent.picture else "",
        "initials": agent.initials,
    }


def message(
    message: Message | MessageRow, inbox_public_id: str, attachments: Iterable[Attachment] = (), *, language: str = ""
) -> dict[str, Any]:
    """A message that `for_contact()` gave, or one just received. Activities are said in `language`."""
    kind, words, page, link = "message", message.text, "", ""
    if message.kind == "activity":
        assert isinstance(message, Message)
        page = own_page.address(message.conversation) if message.code in WITH_PAGE else message.data.get("link", "")
        link = _link(message, language)
        kind = "ask_solved" if message.code == "ask_solved" else "activity"
        words = activities.sentence(message, for_contact=True, language=language)
    return {
        "id": message.pk,
        "client_id": message.client_id if message.kind == "incoming" else None,
        "from": FROM[message.kind],
        "kind": kind,
        "text": words,
        "at": time(message.created_at),
        "agent": agent(message.agent) if message.agent_id else _bot_face(message, language),
        "attachments": [attachment(item, inbox_public_id) for item in attachments],
        "state": "sent",
        **_bot(message),
        **({"page": page} if page else {}),
        **({"link": link} if link else {}),
    }


def _bot_face(message: Message | MessageRow, language: str) -> dict[str, str] | None:
    """It has a name, and stands beside it that it is a bot."""
    if not isinstance(message, Message) or not message.is_by_bot:
        return None
    with override(language) if language else nullcontext():
        name = _("%(name)s, a bot") % {"name": message.data["name"]}
    return {"name": name, "title": "", "picture": "", "initials": "bot"}


def _bot(message: Message | MessageRow) -> dict[str, Any]:
    """Of a bot's message where it comes from and what can be answered by a button; None where a person takes over."""
    if not isinstance(message, Message) or not (message.is_by_bot or message.code == "handed_over"):
        return {}
    told = {"sources": message.data.get("sources", []), "choices": message.data.get("choices", [])}
    return {"bot": told if message.is_by_bot else None}


def _link(message: Message, language: str) -> str:
    """What the link says that isn't to the customer's own page."""
    if "link" not in message.data:
        return ""
    with override(language) if language else nullcontext():
        return _("Go on with the cart")


def attachment(item: Attachment, inbox_public_id: str) -> dict[str, Any]:
    return {
        "id": item.public_id,
        "name": item.name,
        "type": item.content_type,
        "size": item.size,
        "url": f"{settings.ASPA_URL}/chat/v1/{inbox_public_id}/attachments/{item.public_id}/{quote(item.name, safe='')}",
        "width": item.width,
        "height": item.height,
    }


def conversation(conversation: Conversation | ConversationRow) -> dict[str, Any]:
    # Snoozing is the agents' own business; to the customer the conversation is open.
    status = "open" if conversation.status == "snoozed" else conversation.status
    return {
        "id": conversation.pk,
        "reference": conversation.reference,
        "status": status,
        "asked_solved": conversation.asked_solved,
        "agent": agent(conversation.assignee) if conversation.assignee_id else None,
        "ended_how": conversation.closed_how or None,
        "agent_read": conversation.agent_read_id,
        "contact_read": conversation.contact_read_id,
    }


# The messages of a batch have one instant.
@lru_cache(maxsize=64)
def time(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
