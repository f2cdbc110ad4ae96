"""The bot hands over: from then on the customer waits for a person, and is told who answers and by when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from aspa.core.conversations import bots, next_step
from aspa.kit import clock
from aspa.service.bot import counting
from aspa.service.bot.models import Talk
from aspa.service.receipts import expecting

if TYPE_CHECKING:
    from aspa.core.conversations.models import Conversation


def hand_over(conversation_id: int, *, cause: str) -> bool:
    """False when the bot has no longer anything to do with it. `cause`: one of `activities.WORDS`."""
    with transaction.atomic():
        # Whoever locks a talk and a conversation locks the talk first.
        talks = Talk.objects.select_for_update(of=("self",)).select_related("conversation__brand")
        talk = talks.filter(pk=conversation_id, state=Talk.State.BOT).first()
        return talk is not None and of_held(talk, cause=cause)


def of_held(talk: Talk, *, cause: str) -> bool:
    """The same for a talk that the caller has locked."""
    if not bots.hand_over(talk.conversation, cause=cause, step=_step):
        return False
    # Who said that it helped and still needs a person wasn't helped.
    unhelped = int(talk.has_helped)
    talk.has_helped = False
    talk.state, talk.cause, talk.handed_over_at = Talk.State.HANDED_OVER, cause, clock.now()
    talk.owed_since, talk.flow, talk.step, talk.noted = None, None, 0, {}
    talk.save()
    counting.count(talk, handed_over=1, helped=-unhelped)
    return True


def _step(conversation: Conversation) -> dict[str, str]:
    """Who answers and by when, as the receipt of any conversation that begins now would say it."""
    conversation.inbox.brand = conversation.brand
    (expectation,) = expecting.first_answers([conversation])
    return next_step.told(*expectation, who=conversation.team.name if conversation.team else "")
