"""Promises follow what happens to their replies: those that were held go out, are taken back or move with a merge.

When the customer ends the conversation, what was promised in it is no longer owed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, F, OuterRef, Q, Subquery

from aspa.core.conversations.models import Conversation, Event, HeldReply, Message
from aspa.service.promises import promising
from aspa.service.promises.models import LIVE, Promise

if TYPE_CHECKING:
    from aspa.core.conversations.events import Stretch

MOVES = (Event.Kind.MERGED, Event.Kind.UNMERGED, Event.Kind.SPLIT)


def follow(stretch: Stretch) -> None:
    """Subscriber. Costs two queries while nothing is held and nothing moves."""
    happened = stretch.of(*MOVES, Event.Kind.ENDED)
    moved = {event.conversation_id for event in happened if event.kind in MOVES}
    if moved:
        _move(moved)
    ended = {event.conversation_id for event in happened if event.kind == Event.Kind.ENDED and event.by_contact}
    for conversation in Conversation.objects.filter(pk__in=ended, promises__state__in=LIVE).order_by("pk").distinct():
        promising.let_go(conversation)
    held = list(Promise.objects.filter(state=Promise.State.HELD).select_related("conversation", "agent")[:1000])
    if not held:
        return
    events = stretch.of(Event.Kind.REPLIED, Event.Kind.TAKEN_BACK)
    replied = {event.message_id for event in events if event.kind == Event.Kind.REPLIED}
    sent = {(one.agent_id, one.client_id): one for one in Message.objects.filter(pk__in=replied)}
    for promise in held:
        message = sent.get((promise.agent_id, promise.client_id))
        if message is not None:
            promising.release(promise, message)
    if any(event.kind == Event.Kind.TAKEN_BACK for event in events):
        drop_abandoned()


def drop_abandoned() -> None:
    """Those whose reply neither waits any more nor was sent: it is its writer's draft again."""
    waits = HeldReply.objects.filter(agent=OuterRef("agent"), client_id=OuterRef("client_id"))
    was_sent = Message.objects.filter(agent=OuterRef("agent"), client_id=OuterRef("client_id"))
    Promise.objects.filter(~Exists(waits), ~Exists(was_sent), state=Promise.State.HELD).delete()


def _move(conversation_ids: set[int]) -> None:
    """A promise is where its message is."""
    there = Message.objects.filter(pk=OuterRef("message")).values("conversation")[:1]
    near = Q(conversation__in=conversation_ids) | Q(message__conversation__in=conversation_ids)
    astray = Promise.objects.filter(near, message__isnull=False).exclude(conversation=F("message__conversation"))
    Promise.objects.filter(pk__in=list(astray.values_list("pk", flat=True))).update(conversation=Subquery(there))
