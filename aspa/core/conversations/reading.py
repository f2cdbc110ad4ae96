"""Who has seen what, and pages of messages: always by index, never by scan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import QuerySet, prefetch_related_objects

from aspa.core.conversations import events
from aspa.core.conversations.models import AgentRead, Conversation, Event, Mention, Message
from aspa.core.conversations.rows import select
from aspa.kit import clock
from aspa.kit.ids import ROW_IDS

if TYPE_CHECKING:
    from aspa.core.people.models import Agent


def page(
    messages: QuerySet[Message], *, before: int | None = None, after: int | None = None, limit: int = 50
) -> tuple[list[Message], bool]:
    """Messages in order, oldest first, with whether there are more in that direction.

    The newest `limit`, or those just `before` an id, or those just `after` one.
    """
    if after is not None:
        found = list(messages.filter(pk__gt=after).order_by("pk")[: limit + 1])
        return found[:limit], len(found) > limit
    if before is not None:
        messages = messages.filter(pk__lt=before)
    found = list(messages.order_by("-pk")[: limit + 1])
    return found[limit - 1 :: -1] if len(found) > limit else found[::-1], len(found) > limit


def for_agents(
    conversation: Conversation, *, before: int | None = None, after: int | None = None, limit: int = 50
) -> tuple[list[Message], bool]:
    """`page` with everything that agents see: notes too, who wrote each and the files. Long HTML is left where it is."""
    place, mark = ("t.id > %s ORDER BY t.id", after) if after is not None else ("t.id < %s ORDER BY t.id DESC", before)
    mark = ROW_IDS[-1] if mark is None else mark
    found = _read(f"t.conversation_id = %s AND {place} LIMIT %s", [conversation.pk, mark, limit + 1])
    shown = found[:limit]
    return shown if after is not None else shown[::-1], len(found) > limit


def one_for_agents(conversation: Conversation, message_id: int) -> list[Message]:
    """The message like those of `for_agents`; none when it isn't the conversation's."""
    return _read("t.conversation_id = %s AND t.id = %s", [conversation.pk, message_id]) if message_id in ROW_IDS else []


def _read(where: str, values: list[int]) -> list[Message]:
    found = select(Message, where, values, related=("agent",), without=("html", "agent.password"))
    prefetch_related_objects([one for one in found if one.has_attachments], "attachments")
    return found


def agent_reads(conversation: Conversation, *, agent: Agent, up_to: int) -> None:
    """The agent has seen everything up to this message. The customer is told of it once."""
    up_to = min(up_to, conversation.last_message_id)
    mark_read(conversation, agent=agent, up_to=up_to)
    Mention.objects.filter(agent=agent, conversation=conversation, message_id__lte=up_to, seen_at=None).update(
        seen_at=clock.now()
    )
    seen = min(up_to, conversation.last_incoming_id)
    if seen <= conversation.agent_read_id:
        return
    with transaction.atomic():
        moved = Conversation.objects.filter(pk=conversation.pk, agent_read_id__lt=seen).update(agent_read_id=seen)
        if moved:
            events.record(conversation, Event.Kind.READ, agent=agent, up_to=seen)


def mark_read(conversation: Conversation, *, agent: Agent, up_to: int) -> None:
    """Move the agent's own mark; a second tab that is behind doesn't take it back."""
    mine = AgentRead.objects.filter(agent=agent, conversation=conversation)
    mark = mine.first()
    if mark is None:
        with transaction.atomic():
            # As the verbs do, the conversation first: a new mark refers to it, and a reply of the same agent that holds
            # it makes the mark too. In the other order the two would wait for each other.
            Conversation.objects.select_for_update().filter(pk=conversation.pk).values_list("pk").first()
            mark, _created = AgentRead.objects.get_or_create(
                agent=agent, conversation=conversation, defaults={"message_id": up_to}
            )
    if mark.message_id < up_to:
        mine.filter(message_id__lt=up_to).update(message_id=up_to)


def contact_reads(conversation: Conversation, *, up_to: int) -> None:
    """The customer has seen everything up to this message."""
    up_to = min(up_to, conversation.last_message_id)
    with transaction.atomic():
        moved = Conversation.objects.filter(pk=conversation.pk, contact_read_id__lt=up_to).update(contact_read_id=up_to)
        if moved:
            events.record(conversation, Event.Kind.READ, by_contact=True, up_to=up_to)
