"""How a conversation looks to the visitor's widget: the JSON of the chat protocol (docs/chat-protocol.md)."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from django.conf import settings

from aspa.core.conversations import activities
from aspa.core.conversations.models import Message

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aspa.core.conversations.models import Attachment, Conversation
    from aspa.core.people.models import Agent

FROM = {Message.Kind.INCOMING: "contact", Message.Kind.REPLY: "agent", Message.Kind.ACTIVITY: "system"}


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
    message: Message, inbox_public_id: str, attachments: Iterable[Attachment] = (), *, language: str = ""
) -> dict[str, Any]:
    """A message that `for_contact()` gave. Activities are said in `language`."""
    activity = message.kind == Message.Kind.ACTIVITY
    kind = "message" if not activity else "ask_solved" if message.code == "ask_solved" else "activity"
    return {
        "id": message.pk,
        "client_id": message.client_id if message.kind == Message.Kind.INCOMING else None,
        "from": FROM[Message.Kind(message.kind)],
        "kind": kind,
        "text": activities.sentence(message, for_contact=True, language=language) if activity else message.text,
        "at": time(message.created_at),
        "agent": agent(message.agent) if message.agent_id else None,
        "attachments": [attachment(item, inbox_public_id) for item in attachments],
        "state": "sent",
    }


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


def conversation(conversation: Conversation) -> dict[str, Any]:
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


def time(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
