"""What agents chose to be, kept for every page and device; what they are in effect follows from their open desks."""

from __future__ import annotations

from functools import partial

from django.db import transaction

from aspa.core.people.models import Agent
from aspa.kit import clock
from aspa.kit.bus import bus
from aspa.service.routing.models import AtWork
from aspa.service.routing.present import ALIVE, CHANGED, PREFIX
from aspa.service.routing.tasks import attend


def chosen_by(agent: Agent) -> str:
    """available, busy or off (`AtWork.Chosen`)."""
    found = AtWork.objects.filter(agent=agent).values_list("chosen", flat=True).first()
    return found or AtWork.Chosen.AVAILABLE.value


def choose(agent: Agent, chosen: str) -> None:
    """The agent's own word, told to all of their pages. Raises ValueError for what can't be chosen."""
    state = AtWork.Chosen(chosen)
    with transaction.atomic():
        AtWork.objects.update_or_create(agent=agent, defaults={"chosen": state, "chosen_at": clock.now()})
        attend.enqueue()
        transaction.on_commit(partial(_tell, agent.pk, state.value))


def _tell(agent_id: int, chosen: str) -> None:
    """The open desks say it from now on; whoever asks before their next heartbeat sees it already."""
    for key, desk in bus.find(f"{PREFIX}{agent_id}:").items():
        bus.put(key, {**desk, "state": chosen}, ALIVE)
    bus.publish(CHANGED, {"agent": agent_id, "chosen": chosen})
