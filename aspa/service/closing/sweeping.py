"""What time brings: silence makes a conversation wait for the customer, then a reminder goes, then silence closes it.

Each step looks at the conversation anew under its lock, so any number of processes may sweep at once.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from aspa.core.conversations import lifecycle, turns
from aspa.core.conversations.changing import Refused, changing
from aspa.core.conversations.models import Conversation, Message
from aspa.kit import clock
from aspa.service.closing import policies
from aspa.service.closing.models import Wait
from aspa.service.closing.waiting import reconcile
from aspa.service.hours import calendars
from aspa.service.promises.models import LIVE, Promise
from aspa.service.promises.recognising import recognise

if TYPE_CHECKING:
    from django.db.models import QuerySet

logger = logging.getLogger(__name__)

Step = Callable[[Conversation, Wait], None]


def sweep(limit: int = 200) -> None:
    """Do what is due, the longest due first, at most so many of each kind. Run every minute."""
    for due, step in ((_to_settle, _settle), (_to_remind, _remind), (_to_close, _close)):
        for wait in due().select_related("conversation")[:limit]:
            try:
                _do(step, wait, due)
            except Exception:  # one conversation must not hold up the others
                logger.exception("Conversation %s could not be swept", wait.pk)


def _to_settle() -> QuerySet[Wait]:
    return Wait.objects.filter(settle_at__isnull=False, settle_at__lte=clock.now()).order_by("settle_at")


def _to_remind() -> QuerySet[Wait]:
    waits = Wait.objects.filter(remind_at__isnull=False, reminded_at__isnull=True, remind_at__lte=clock.now())
    return waits.order_by("remind_at")


def _to_close() -> QuerySet[Wait]:
    waits = Wait.objects.filter(close_at__isnull=False, reminded_at__isnull=False, close_at__lte=clock.now())
    return waits.order_by("close_at")


def _do(step: Step, wait: Wait, due: Callable[[], QuerySet[Wait]]) -> None:
    with changing(wait.conversation) as conversation:
        # Somebody may have said a word since it was found, or another process done it.
        reconcile([conversation.pk])
        fresh = due().filter(pk=wait.pk).first()
        if fresh is not None:
            step(conversation, fresh)


def _settle(conversation: Conversation, wait: Wait) -> None:
    wait.settle_at = None
    wait.save(update_fields=["settle_at"])
    if _leaves_it_to_customer(conversation):
        lifecycle.wait_for_customer(conversation)
        reconcile([conversation.pk])


def _leaves_it_to_customer(conversation: Conversation) -> bool:
    """Whether the last word was our answer, or the thanks for it, and it didn't say that we go on."""
    word, answer = turns.last_word(conversation), turns.last_answer(conversation)
    if word is None or answer is None or not (word.kind == Message.Kind.REPLY or word.code == "thanked"):
        return False
    if _is_promised(conversation):
        return False
    schedule = calendars.schedule_of(conversation.inbox)
    # What nobody has confirmed as a promise may be one all the same.
    return not recognise(answer.text, language=conversation.language, now=answer.created_at, schedule=schedule)


def _remind(conversation: Conversation, wait: Wait) -> None:
    now, schedule = clock.now(), calendars.schedule_of(conversation.inbox)
    policy = policies.policy_of(conversation.brand)
    if not schedule.is_open(now):
        # The hours have been changed, or nobody swept in time.
        wait.remind_at = schedule.opens_at(now)
    elif not policy.is_on or _is_promised(conversation):
        wait.remind_at = wait.close_at = None
    else:
        wait.close_at = policies.closing(policy, schedule, now)
        try:
            if wait.close_at is not None:
                lifecycle.remind(conversation, closes_at=wait.close_at)
                wait.reminded_at = now
        except Refused as refusal:
            if refusal.code == "reminded":
                # Before this table was built anew, or in what has been merged into it.
                wait.reminded_at = now
            else:
                wait.remind_at = wait.close_at = None
    wait.save()


def _close(conversation: Conversation, wait: Wait) -> None:
    now, schedule = clock.now(), calendars.schedule_of(conversation.inbox)
    if not schedule.is_open(now):
        wait.close_at = schedule.opens_at(now)
    elif not policies.policy_of(conversation.brand).is_on or _is_promised(conversation):
        wait.close_at = None
    else:
        try:
            lifecycle.close_by_silence(conversation)
        except Refused:
            # The reminder didn't arrive, most likely; the conversation shows it.
            wait.close_at = None
        else:
            wait.delete()
            return
    wait.save()


def _is_promised(conversation: Conversation) -> bool:
    return Promise.objects.filter(conversation=conversation, state__in=LIVE).exists()
