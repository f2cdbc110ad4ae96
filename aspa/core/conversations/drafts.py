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
    """Keep what the agent has written so far; an empty draft is dropped. `options`: as in `Draft.options`.

    What is still being written in a conversation that has been merged away goes where its messages went.
    """
    if conversation.merged_into is not None:
        conversation = conversation.merged_into
        begun = drafts_of(agent, conversation).get(kind)
        # Nothing is known of which is the newer; nothing of either is lost.
        if begun and not body.startswith(begun.text):
            body = joined(begun.text, body)
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


def move(source: Conversation, target: Conversation) -> None:
    """Drafts follow the messages of a conversation that is merged into another; where one has been begun there, it goes
    on after that."""
    for draft in Draft.objects.filter(conversation=source).select_related("agent"):
        begun = drafts_of(draft.agent, target).get(draft.kind)
        text = joined(begun.text, draft.text) if begun else draft.text
        files = [*begun.attachments, *draft.attachments] if begun else draft.attachments
        options = begun.options if begun else draft.options
        save(target, agent=draft.agent, kind=draft.kind, body=text, attachments=files, options=options)
        draft.delete()


def joined(begun: str, more: str) -> str:
    return "\n\n".join(part for part in (begun, more) if part.strip())


def drafts_of(agent: Agent, conversation: Conversation) -> dict[str, Draft]:
    """The agent's own drafts by kind."""
    mine = select(Draft, "t.agent_id = %s AND t.conversation_id = %s", [agent.pk, conversation.pk])
    return {draft.kind: draft for draft in mine}
