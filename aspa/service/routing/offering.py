"""What an agent says to an offer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from aspa.core.conversations import access, because, giving
from aspa.core.conversations.changing import Refused
from aspa.core.conversations.models import Event
from aspa.core.people.models import Role
from aspa.kit import clock
from aspa.service.routing import changes, offers, queue
from aspa.service.routing.giving_out import note_given
from aspa.service.routing.models import Offer
from aspa.service.routing.rules import alone

if TYPE_CHECKING:
    from aspa.core.conversations.models import Conversation
    from aspa.core.people.models import Agent


def of(agent: Agent) -> Offer | None:
    """What the agent is asked to take, if anything; nothing of an inbox where they may no longer answer."""
    mine = Offer.objects.filter(agent=agent, expires_at__gt=clock.now())
    found = (
        mine.select_related("conversation__contact", "conversation__inbox", "conversation__brand")
        .defer("conversation__inbox__settings", "conversation__brand__identity_secret")
        .first()
    )
    if found is None or not access.reach(agent).may(Role.Permission.REPLY, found.conversation.inbox_id):
        return None
    return found


def words(offer: Offer) -> str:
    """Why this agent, in the active language."""
    return because.words(offer.why)


def accept(conversation_id: int, *, agent: Agent) -> Conversation:
    """Take what was offered. Raises Refused when it isn't offered to this agent any more."""
    with transaction.atomic():
        alone()
        offer = Offer.objects.filter(conversation=conversation_id, agent=agent).select_related("conversation").first()
        if offer is None or offer.expires_at <= clock.now():
            raise Refused(_("This is no longer offered to you."), code="gone")
        offer.delete()
        if not giving.give(offer.conversation, to=agent, why=offer.why):
            raise Refused(_("Somebody else has taken this already."), code="taken")
        note_given(agent.pk)
        queue.renew([conversation_id])
        changes.look_soon()
    return offer.conversation


def decline(conversation_id: int, *, agent: Agent) -> None:
    """Let somebody else take it. Declining what isn't offered changes nothing."""
    offer = Offer.objects.filter(conversation=conversation_id, agent=agent).first()
    if offer is not None and offers.end(offer.pk, Event.Kind.OFFER_DECLINED):
        changes.look_soon()
