"""What "this is spam" teaches: the senders of a conversation that an agent set aside so are blocked in the brand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aspa.channels.email.arriving import ours
from aspa.channels.email.models import Block, Letter
from aspa.channels.email.reading.mail import Verdict
from aspa.core.conversations.models import Conversation, Event, Message
from aspa.kit import clock

if TYPE_CHECKING:
    from aspa.core.conversations.events import Stretch

# Where everybody has an address: a shop's own there makes nobody else's there ours.
SHARED = frozenset(
    {
        "elisanet.fi", "gmail.com", "googlemail.com", "hotmail.com", "icloud.com", "kolumbus.fi", "live.com",
        "luukku.com", "me.com", "outlook.com", "pp.inet.fi", "saunalahti.fi", "suomi24.fi", "yahoo.com",
    }
)  # fmt: skip


def learn(stretch: Stretch) -> None:
    """A journal subscriber: blocks those whose mail was called spam, and takes it back with the conversation.

    What a rule set aside on its arrival teaches nothing. Safe to run twice: the conversation as it is now decides.
    """
    touched = stretch.of(Event.Kind.SET_ASIDE, Event.Kind.REOPENED)
    if not touched:
        return
    said_by = {event.conversation_id: event.agent_id for event in touched if event.kind == Event.Kind.SET_ASIDE}
    for conversation in Conversation.objects.filter(pk__in={event.conversation_id for event in touched}):
        if conversation.closed_how != Conversation.ClosedHow.SPAM:
            Block.objects.filter(conversation=conversation).delete()
        elif agent_id := said_by.get(conversation.pk):
            _block(conversation, agent_id)


def blockable(conversation: Conversation) -> list[str]:
    """The addresses that wrote to it: none of our own or of our domain, and none that was most likely forged."""
    letters = Letter.objects.filter(message__conversation=conversation, message__kind=Message.Kind.INCOMING)
    senders = letters.exclude(verdict=Verdict.FAIL).values_list("sender", flat=True)
    addresses = {sender[0].lower() for sender in senders if sender and sender[0]}
    if not addresses:
        return []
    mine = ours.known().by_brand.get(conversation.brand_id, frozenset())
    domains = {_domain(address) for address in mine} - SHARED
    return sorted(one for one in addresses if ours.plain(one) not in mine and _domain(one) not in domains)


def _domain(address: str) -> str:
    return address.rpartition("@")[2]


def _block(conversation: Conversation, agent_id: int) -> None:
    now = clock.now()
    Block.objects.bulk_create(
        [
            Block(
                brand_id=conversation.brand_id,
                value=address,
                conversation=conversation,
                agent_id=agent_id,
                created_at=now,
            )
            for address in blockable(conversation)
        ],
        # One that is there already stays whose it is.
        ignore_conflicts=True,
    )
