"""The one door out: a reply goes to its channel, and what became of it comes back."""

from __future__ import annotations

import datetime as dt
import logging
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from aspa.core.conversations import events, turns
from aspa.core.conversations.changing import Refused, changing
from aspa.core.conversations.models import Conversation, Event, Message
from aspa.core.inboxes.channel import DeliveryFailed, Receipt, channel_for
from aspa.kit import clock
from aspa.kit.tasks import task

if TYPE_CHECKING:
    from aspa.core.inboxes.models import Inbox

logger = logging.getLogger(__name__)

State = Message.State
# What each state may follow. Receipts come in any order and twice; a state never goes back.
FOLLOWS = {
    State.QUEUED: (State.SENDING,),
    State.SENT: (State.QUEUED, State.SENDING),
    State.DELIVERED: (State.QUEUED, State.SENDING, State.SENT, State.FAILED),
    State.READ: (State.QUEUED, State.SENDING, State.SENT, State.DELIVERED, State.FAILED),
    State.FAILED: (State.QUEUED, State.SENDING, State.SENT),
}
# Together about two hours; then it fails loudly.
PAUSES = [dt.timedelta(seconds=30 * 2**number) for number in range(8)]


def hand_over(message: Message) -> None:
    """Start a queued reply on its way, in the caller's transaction.

    A live channel reads the journal itself, so there the commit is the delivery.
    """
    if channel_for(message.inbox).capabilities.live:
        Message.objects.filter(pk=message.pk).update(state=State.SENT)
        message.state = State.SENT
        return
    send.enqueue(message_id=message.pk)


def tell(activity: Message) -> None:
    """Send what Aspa itself says to the customer, where the channel doesn't show it by itself."""
    if goes_out(activity.inbox):
        Message.objects.filter(pk=activity.pk).update(state=State.QUEUED)
        activity.state = State.QUEUED
        send.enqueue(message_id=activity.pk)


def goes_out(inbox: Inbox) -> bool:
    """Whether what Aspa itself says goes out by this inbox as a message of its own."""
    capabilities = channel_for(inbox).capabilities
    return capabilities.replies and not capabilities.live


@task(retries=8, backoff=30)
def send(message_id: int, attempt: int = 1) -> None:
    """Deliver a queued reply. What was sent already isn't sent again.

    The queue's own retries are for a worker that dies half-way; a channel that refuses is tried again from here.
    """
    sending = Message.objects.filter(pk=message_id, state__in=(State.QUEUED, State.SENDING))
    if not sending.update(state=State.SENDING):
        return
    message = Message.objects.select_related("inbox__brand", "conversation__contact", "agent").get(pk=message_id)
    try:
        external_id = _deliver(message)
    except DeliveryFailed as failure:
        if failure.permanent or attempt > len(PAUSES):
            _become(message, State.FAILED, reason=str(failure))
        else:
            _try_later(message, attempt, str(failure))
        return
    _become(message, State.SENT, external_id=external_id)


def _deliver(message: Message) -> str | None:
    try:
        return channel_for(message.inbox).deliver(message)
    except DeliveryFailed:
        raise
    except Exception as error:
        # A fault in a channel's code must not leave a reply on its way for ever.
        logger.exception("Delivering message %s failed", message.pk)
        raise DeliveryFailed(_("The channel failed unexpectedly."), permanent=False) from error


def _try_later(message: Message, attempt: int, reason: str) -> None:
    with transaction.atomic():
        _become(message, State.QUEUED, reason=reason)
        send.enqueue_at(clock.now() + PAUSES[attempt - 1], message_id=message.pk, attempt=attempt + 1)


def retry(message: Message) -> None:
    """Try a failed reply again. Raises Refused when it hasn't failed."""
    with changing(message.conversation) as current:
        if not Message.objects.filter(pk=message.pk, state=State.FAILED).update(state=State.QUEUED, state_reason=""):
            raise Refused(_("This message is not one that failed."), code="not_failed")
        message.refresh_from_db()
        events.record(current, Event.Kind.DELIVERY, message=message, state=State.QUEUED.value)
        _count_again(current)
        hand_over(message)


def receipt(received: Receipt) -> None:
    """Note what the provider says became of a reply. Unknown messages and steps backwards are ignored."""
    message = Message.objects.filter(inbox_id=received.inbox_id, external_id=received.external_id).first()
    if message is not None and message.kind != Message.Kind.INCOMING:
        _become(message, State(received.state), reason=received.reason)


def came_back(message: Message, reason: str) -> None:
    """Note that a reply was handed over but didn't arrive, as a report says that came by the channel's other door."""
    if message.kind != Message.Kind.INCOMING:
        _become(message, State.FAILED, reason=reason)


def _become(message: Message, state: Message.State, *, reason: str = "", external_id: str | None = None) -> None:
    """Move the message on, with its event; what it has passed already changes nothing but its external id."""
    with changing(message.conversation) as current:
        mine = Message.objects.filter(pk=message.pk)
        if external_id:
            mine.update(external_id=external_id)
        before = mine.values_list("state", flat=True).get()
        if mine.filter(state__in=FOLLOWS.get(state, ())).update(state=state, state_reason=reason[:300]):
            events.record(current, Event.Kind.DELIVERY, message=message, state=state.value, reason=reason[:300])
            # An unheard reminder leaves everybody waiting for a customer who can't be reached.
            if state == State.FAILED and (message.is_ours or message.code == "reminded"):
                _needs_us_again(current, message, reason[:300])
            elif message.is_ours and before == State.FAILED:
                _count_again(current)


def _needs_us_again(current: Conversation, message: Message, reason: str) -> None:
    """The customer hasn't been answered after all: the conversation comes back to where it can't be forgotten."""
    from aspa.core.conversations import activities  # it hands what customers are told to this module

    now = clock.now()
    if not current.is_closed:
        current.status, current.snoozed_until, current.solved_asked_at = Conversation.Status.OPEN, None, None
        current.waiting_since = turns.waiting_since(current) or now
        current.last_activity_at = now
        current.save(update_fields=["status", "snoozed_until", "solved_asked_at", "waiting_since", "last_activity_at"])
    code = "not_delivered" if message.is_ours else "reminder_not_delivered"
    activities.add(current, code, agent=message.agent, reason=reason)


def _count_again(current: Conversation) -> None:
    """A reply that had failed is on its way again, or arrived after all."""
    if not current.is_closed:
        current.waiting_since = turns.waiting_since(current)
        current.save(update_fields=["waiting_since"])
