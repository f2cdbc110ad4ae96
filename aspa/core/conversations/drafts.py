"""Unsent text, safe on the server from the first keystroke."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aspa.core.conversations.models import Conversation, Draft
from aspa.core.conversations.rows import select
from aspa.kit import clock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aspa.core.people.models import Agent


def save(
    conversation: Conversation,
    *,
    agent: Agent,
    kind: str,
    body: str,
    attachments: Sequence[Any] = (),
    options: dict[str, Any] | None = None,
) -> Draft | None:
    """Keep what the agent has written so far; an empty draft is dropped. `options`: as in `Draft.options`."""
    if not body.strip() and not attachments:
        drop(conversation, agent=agent, kind=kind)
        return None
    draft, _created = Draft.objects.update_or_create(
        agent=agent,
        conversation=conversation,
        kind=kind,
        defaults={
            "text": body.replace("\x00", ""),
            "attachments": list(attachments),
            "options": options or {},
            "updated_at": clock.now(),
        },
    )
    return draft


def drop(conversation: Conversation, *, agent: Agent, kind: str) -> None:
    Draft.objects.filter(agent=agent, conversation=conversation, kind=kind).delete()


def drafts_of(agent: Agent, conversation: Conversation) -> dict[str, Draft]:
    """The agent's own drafts by kind."""
    mine = select(Draft, "t.agent_id = %s AND t.conversation_id = %s", [agent.pk, conversation.pk])
    return {draft.kind: draft for draft in mine}
