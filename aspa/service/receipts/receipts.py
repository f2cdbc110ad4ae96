"""The receipt: every new contact is told at once that the message has arrived, and by which number to ask for it."""

from __future__ import annotations

import datetime as dt

from aspa.core.conversations import activities, ways
from aspa.core.conversations.changing import changing
from aspa.core.conversations.events import Cursor, Stretch
from aspa.core.conversations.models import Conversation, Message
from aspa.core.inboxes.channel import channel_for
from aspa.core.people.models import Identity
from aspa.kit import clock

# A person begins few matters in a day. Two machines that answer each other stop here, whatever they call themselves.
MOST = 4
WITHIN = dt.timedelta(days=1)


# Given together, in one transaction; on SQLite customers' messages wait that long.
AT_ONCE = 25


def give(stretch: Stretch) -> Cursor:
    """A journal subscriber. One receipt for a conversation, however often the same events are read."""
    begun, until = stretch.begun(AT_ONCE)
    if not begun:
        return until
    told = Message.objects.filter(conversation__in=begun, code="receipt").values_list("conversation_id", flat=True)
    machines = _begun_by_machines(begun)
    waiting = Conversation.objects.filter(pk__in=begun.keys() - set(told) - machines, status="open")
    for conversation in waiting.select_related("inbox"):
        if not _has_enough(conversation):
            with changing(conversation) as current:
                activities.add(current, "receipt", reference=current.reference)
    return until


def _begun_by_machines(begun: dict[int, int]) -> set[int]:
    """Those whose first message is an absence notice, a newsletter or a shop's system."""
    first = Message.objects.filter(pk__in=begun.values())
    return {message.conversation_id for message in first if message.is_automatic}


def _has_enough(conversation: Conversation) -> bool:
    """Whether this address has been sent its receipts of the day; in a live channel a receipt is no letter.

    By address and not by contact: one that isn't proven may belong to a new contact each time.
    """
    if channel_for(ways.latest(conversation)).capabilities.live:
        return False
    mine = Identity.objects.filter(contact=conversation.contact_id).exclude(kind=Identity.Kind.VISITOR)
    for identity in mine:
        alike = Identity.objects.filter(brand=conversation.brand_id, kind=identity.kind, value=identity.value)
        receipts = Message.objects.filter(
            conversation__contact__in=alike.values("contact"), code="receipt", created_at__gte=clock.now() - WITHIN
        )
        if len(receipts.values_list("pk")[:MOST]) == MOST:
            return True
    return False
