"""A call that nobody accepts goes on: to the second line, to all of the rota, to the owners."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from aspa.core.conversations import access, activities
from aspa.core.conversations.models import Event
from aspa.core.people.models import Agent, Role
from aspa.kit import clock
from aspa.service.duty import rotas
from aspa.service.duty.models import Call, Line, Ring

if TYPE_CHECKING:
    from aspa.core.conversations.models import Conversation
    from aspa.service.duty.models import Rota

Level = Call.Level
HOUR = dt.timedelta(hours=1)
MINUTES = 10


def climb(call: Call, conversation: Conversation) -> None:
    """Call the next ones who haven't been called, in the transaction of the caller, who holds the conversation."""
    rota = rotas.rotas().filter(pk=call.rota_id).first() if call.rota_id else None
    told = set(Ring.objects.filter(call=call).values_list("agent", flat=True))
    agents: list[Agent] = []
    while not agents and call.level < Level.OWNERS:
        call.level += 1
        agents = [agent for agent in _of_level(call.level, rota, conversation) if agent.pk not in told]
    now, minutes = clock.now(), rota.accept_minutes if rota else MINUTES
    is_first = call.state == Call.State.WAITING
    call.state, call.since = Call.State.CALLED, now if is_first else call.since
    call.due_at = now + dt.timedelta(minutes=minutes) if call.level < Level.OWNERS else None
    call.save(update_fields=["state", "since", "level", "due_at"])
    for agent in agents:
        Ring.objects.create(call=call, agent=agent, made_at=now, is_counted=_has_enough(agent, rota))
    if is_first or agents:
        _tell(call, conversation, agents, minutes, is_first=is_first)


def _of_level(level: int, rota: Rota | None, conversation: Conversation) -> list[Agent]:
    """Whom a level calls, those of them who may answer in the inbox."""
    able = access.agents_of([conversation.inbox_id], Role.Permission.REPLY)
    if level == Level.OWNERS:
        return list(able.filter(is_owner=True))
    if rota is None:
        return []
    if level == Level.ROTA:
        return list(able.filter(pk__in=rotas.people(rota)))
    agent = rotas.on_duty(rota, Line.FIRST if level == Level.FIRST else Line.SECOND)
    return list(able.filter(pk=agent)) if agent is not None else []


def _has_enough(agent: Agent, rota: Rota | None) -> bool:
    """Whether another alert of its own would be more than one can bear in an hour."""
    most = rota.calls_an_hour if rota else MINUTES
    recent = Ring.objects.filter(agent=agent, is_counted=False, made_at__gt=clock.now() - HOUR)
    return len(recent.values_list("pk")[:most]) == most


def _tell(call: Call, conversation: Conversation, agents: list[Agent], minutes: int, *, is_first: bool) -> None:
    values: dict[str, Any] = {"call": call.pk, "agents": [agent.pk for agent in agents], "why": call.why}
    whom = ", ".join(agent.name for agent in agents) or "–"
    if is_first:
        activities.add(conversation, "duty_called", event=Event.Kind.DUTY_CALLED, whom=whom, **values)
    else:
        activities.add(
            conversation, "duty_escalated", event=Event.Kind.DUTY_ESCALATED, whom=whom, minutes=minutes, **values
        )
