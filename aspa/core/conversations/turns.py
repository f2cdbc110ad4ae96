"""Whose turn it is, as the messages tell it."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q

from aspa.core.conversations.models import Conversation, Message

# A reply that didn't reach the customer answers nothing.
_ANSWERS = Q(kind=Message.Kind.REPLY) & ~Q(state=Message.State.FAILED)
# What settles the customer's words: our reply, or the customer's own ending.
_SETTLES = _ANSWERS | Q(code="ended_by_contact")
_ASKS = Q(kind=Message.Kind.INCOMING) | Q(code="not_solved")


def unanswered_messages(conversation: Conversation) -> list[Message]:
    """What the customer has written since our last reply, oldest first, at most 20."""
    last = _last_settling(conversation, _ANSWERS)
    incoming = Message.objects.filter(conversation=conversation, kind=Message.Kind.INCOMING, pk__gt=last)
    return list(incoming.order_by("pk")[:20])


def waiting_since(conversation: Conversation) -> dt.datetime | None:
    """Since when the customer has waited. The verbs keep it on the conversation; this is for when messages move."""
    asking = Message.objects.filter(_ASKS, conversation=conversation, pk__gt=_last_settling(conversation, _SETTLES))
    return asking.order_by("pk").values_list("created_at", flat=True).first()


def _last_settling(conversation: Conversation, settles: Q) -> int:
    found = Message.objects.filter(settles, conversation=conversation).order_by("-pk")
    return found.values_list("pk", flat=True).first() or 0
