"""Offers on their way: made, run out, taken away from who isn't there. What the agent says to one is in `offering.py`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from aspa.core.conversations import events
from aspa.core.conversations.changing import changing
from aspa.core.conversations.giving import waits_for_anybody
from aspa.core.conversations.models import Conversation, Event
from aspa.core.people.models import Agent
from aspa.kit import clock
from aspa.service.routing import present
from aspa.service.routing.models import Offer, Waiting
from aspa.service.routing.rules import alone


def make(conversation: Conversation, *, to: Agent, why: Mapping[str, Any], until: dt.datetime) -> bool:
    """Ask an agent to take it. False when it no longer waits for anybody. The caller routes alone."""
    with changing(conversation) as current:
        if not waits_for_anybody(current):
            return False
        Offer.objects.create(conversation=current, agent=to, offered_at=clock.now(), expires_at=until, why=dict(why))
        events.record(current, Event.Kind.OFFERED, to=to.pk, until=until.isoformat(), why=dict(why))
        return True


def expire() -> int:
    """End the offers that ran out, and those of agents who take none any more; returns how many."""
    takers = [agent for agent, state in present.states().items() if state == present.AVAILABLE]
    ended = [*Offer.objects.filter(expires_at__lte=clock.now()), *Offer.objects.exclude(agent__in=takers)]
    return sum(end(offer_id, Event.Kind.OFFER_EXPIRED) for offer_id in {offer.pk for offer in ended})


def end(offer_id: int, how: Event.Kind) -> bool:
    """The agent didn't take it: somebody else is asked first. False when the offer is gone already."""
    with transaction.atomic():
        alone()
        offer = Offer.objects.filter(pk=offer_id).select_related("agent", "conversation").first()
        if offer is None:
            return False
        by = offer.agent if how == Event.Kind.OFFER_DECLINED else None
        with changing(offer.conversation) as current:
            offer.delete()
            events.record(current, how, agent=by, to=offer.agent_id)
        entry = Waiting.objects.filter(pk=offer.conversation_id).first()
        if entry is not None:
            entry.asked = [*(agent for agent in entry.asked if agent != offer.agent_id), offer.agent_id]
            entry.save(update_fields=["asked"])
        return True
