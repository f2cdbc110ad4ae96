"""Whose turn it is, as the messages tell it."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q

from aspa.core.conversations.models import Conversation, Message

# A reply that didn't reach the customer answers nothing.
_ANSWERS = Q(kind=Message.Kind.REPLY) & ~Q(state=Message.State.FAILED)
# After a bare "thanks" nothing of what was written before it is owed.
_LEAVES_NOTHING = _ANSWERS | Q(code="thanked")
# What settles the customer's words: that, or the customer's own ending.
_SETTLES = _LEAVES_NOTHING | Q(code="ended_by_contact")
_ASKS = Q(kind=Message.Kind.INCOMING) | Q(code__in=("not_solved", "handed_over"))
# What begins a wait anew, besides a machine's word, which begins nothing.
_WORDS = (
    Q(kind__in=(Message.Kind.INCOMING, Message.Kind.REPLY))
    | Q(code__in=("ask_solved", "not_solved", "thanked", "reopened", "woken"))
)  # fmt: skip
# More machines than this don't speak in a row.
_LOOKED_THROUGH = 50


def unanswered_messages(conversation: Conversation) -> list[Message]:
    """What the customer has written since our last reply, oldest first, at most 20."""
    last = _last(conversation, _LEAVES_NOTHING)
    incoming = Message.objects.filter(conversation=conversation, kind=Message.Kind.INCOMING, pk__gt=last)
    return [message for message in incoming.order_by("pk")[:_LOOKED_THROUGH] if not message.is_automatic][:20]


def owed(conversation: Conversation) -> list[Message]:
    """What makes it our turn, oldest first: the customer's words, also a "no, not solved"; at most 20.

    A machine's word asks nothing but where it began the conversation.
    """
    last = _last(conversation, _SETTLES)
    asking = Message.objects.filter(_ASKS, conversation=conversation, pk__gt=last).order_by("pk")[:_LOOKED_THROUGH]
    return [message for message in asking if not (last and message.is_automatic)][:20]


def waiting_since(conversation: Conversation) -> dt.datetime | None:
    """Since when the customer has waited. The verbs keep it on the conversation; this is for when messages move."""
    return next((message.created_at for message in owed(conversation)), None)


def last_answer(conversation: Conversation) -> Message | None:
    """Our newest reply that hasn't failed."""
    return Message.objects.filter(_ANSWERS, conversation=conversation).order_by("-pk").first()


def last_word(conversation: Conversation) -> Message | None:
    """The newest thing that somebody said or did to go on; what a machine of the customer's wrote is no word."""
    words = Message.objects.filter(_WORDS, conversation=conversation).order_by("-pk")[:_LOOKED_THROUGH]
    return next((word for word in words if not word.is_automatic), None)


def announcement(conversation: Conversation) -> Message | None:
    """What told the customer that silence closes this, if nobody has said a word since."""
    word = last_word(conversation)
    told = Message.objects.filter(conversation=conversation, code="reminded", pk__gt=word.pk if word else 0)
    return told.order_by("-pk").first()


def _last(conversation: Conversation, which: Q) -> int:
    found = Message.objects.filter(which, conversation=conversation).order_by("-pk")
    return found.values_list("pk", flat=True).first() or 0
