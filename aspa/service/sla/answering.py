"""By when a customer is answered, as the policy says it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from aspa.core.conversations.models import Message
from aspa.service.hours import calendars
from aspa.service.sla.models import Kind, Policy
from aspa.service.sla.policies import Matter, first_fitting

if TYPE_CHECKING:
    from aspa.core.conversations.models import Conversation


def reply_due(conversation: Conversation) -> dt.datetime | None:
    """When the answer falls due that the customer waits for now, whether the first or a later one, also in the past.

    None when there is no such target or nobody waits. Reckoned from the conversation as it is, so it can be told before
    anything else has been followed.
    """
    if conversation.waiting_since is None or conversation.is_closed:
        return None
    policy = first_fitting(Policy.objects.filter(is_active=True), Matter.of(conversation))
    kind = Kind.NEXT_REPLY if _is_answered(conversation) else Kind.FIRST_REPLY
    target = policy.target(kind) if policy else None
    if target is None:
        return None
    return calendars.schedule_of(conversation.inbox).after(conversation.waiting_since, target)


def _is_answered(conversation: Conversation) -> bool:
    # A bot's answer is not the first reply.
    replies = Message.objects.filter(conversation=conversation, kind=Message.Kind.REPLY).exclude(code=Message.BOT)
    return replies.exclude(state=Message.State.FAILED).exists()
