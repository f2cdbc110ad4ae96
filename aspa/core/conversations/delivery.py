"""The one door out: a reply goes to its channel, and what became of it comes back."""

from __future__ import annotations

import logging

from django.db import transaction
from django.utils.translation import gettext as _

from aspa.core.conversations import events
from aspa.core.conversations.changing import Refused
from aspa.core.conversations.models import Event, Message
from aspa.core.inboxes.channel import DeliveryFailed, Receipt, channel_for
from aspa.kit.tasks import task

logger = logging.getLogger(__name__)

# Receipts may arrive in any order; a state never goes back.
PROGRESS = [Message.State.QUEUED, Message.State.SENDING, Message.State.SENT, Message.State.DELIVERED, Message.State.READ]


def hand_over(message: Message) -> None:
    """Start a queued reply on its way, in the caller's transaction.

    A live channel reads the journal itself, so there the commit is the delivery.
    """
    if channel_for(message.inbox).capabilities.live:
        Message.objects.filter(pk=message.pk).update(state=Message.State.SENT)
        message.state = Message.State.SENT
        return
    send.enqueue(message_id=message.pk)


@task(retries=8, backoff=30)
def send(message_id: int) -> None:
    """Deliver a queued reply. Safe to run twice: only the run that claims it sends."""
    claimed = Message.objects.filter(pk=message_id, state__in=[Message.State.QUEUED, Message.State.SENDING]).update(
        state=Message.State.SENDING
    )
    if not claimed:
        return
    message = Message.objects.select_related("inbox__brand", "conversation__contact", "agent").get(pk=message_id)
    try:
        external_id = channel_for(message.inbox).deliver(message)
    except DeliveryFailed as failure:
        if not failure.permanent:
            _set_state(message, Message.State.QUEUED, str(failure))
            raise
        _set_state(message, Message.State.FAILED, str(failure))
        return
    if external_id:
        Message.objects.filter(pk=message.pk).update(external_id=external_id)
    _set_state(message, Message.State.SENT)


def retry(message: Message) -> None:
    """Try a failed reply again. Raises Refused when it hasn't failed."""
    with transaction.atomic():
        if not Message.objects.filter(pk=message.pk, state=Message.State.FAILED).update(state=Message.State.QUEUED):
            raise Refused(_("This message is not one that failed."), code="not_failed")
        message.refresh_from_db()
        events.record(message.conversation, Event.Kind.DELIVERY, message=message, state=message.state)
        hand_over(message)


def receipt(received: Receipt) -> None:
    """Note what the provider says became of a reply. Unknown messages and steps backwards are ignored."""
    message = Message.objects.filter(inbox_id=received.inbox_id, external_id=received.external_id).first()
    if message is None or not message.is_ours:
        return
    state = Message.State(received.state)
    if state in PROGRESS and message.state in PROGRESS and PROGRESS.index(state) <= PROGRESS.index(message.state):  # type: ignore[arg-type]
        return
    _set_state(message, state, received.reason)


def _set_state(message: Message, state: Message.State, reason: str = "") -> None:
    with transaction.atomic():
        Message.objects.filter(pk=message.pk).update(state=state, state_reason=reason[:300])
        message.state, message.state_reason = state, reason[:300]
        events.record(message.conversation, Event.Kind.DELIVERY, message=message, state=state, reason=reason[:300])
