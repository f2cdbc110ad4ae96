"""Finding the canned replies that fit a conversation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from aspa.service.writing.models import CannedReply

if TYPE_CHECKING:
    from aspa.core.conversations.models import Conversation
    from aspa.core.people.models import Agent

MOST = 30


def fitting(conversation: Conversation, *, agent: Agent, words: str = "") -> QuerySet[CannedReply]:
    """Replies of the brand and the agent's teams, those in the customer's language first; at most MOST.

    `words` narrows them by shortcut, title and text.
    """
    replies = CannedReply.objects.filter(
        Q(brand=None) | Q(brand=conversation.brand_id), Q(team=None) | Q(team__in=agent.teams.all())
    )
    for word in words.split():
        replies = replies.filter(Q(shortcut__icontains=word) | Q(title__icontains=word) | Q(body__icontains=word))
    language = conversation.language or conversation.brand.language
    nearness = Case(
        When(language=language, then=Value(0)),
        When(language="", then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    return replies.order_by(nearness, "title", "id")[:MOST]
