"""The one place that is asked who is on duty."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db.models import Prefetch

from aspa.core.conversations import access
from aspa.core.people.models import Agent, Role
from aspa.kit import clock
from aspa.kit.bus import bus
from aspa.service.duty.models import Line, Member, Rota, StandIn
from aspa.service.duty.roster import FURTHEST, WEEK, Replacement, Roster

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

    from aspa.core.inboxes.models import Inbox

# Who belongs to a rota, as the desk's frame shows it: `duty:{agent id}`, {"until": when their turn ends, or ""}.
# Kept by the watch that looks every minute, so that no page has to ask the database for it.
PREFIX = "duty:"
KEPT_SECONDS = 150.0


def rotas() -> QuerySet[Rota]:
    """All of them with what `roster_of` needs. A former agent has no turn."""
    members = Member.objects.filter(agent__is_active=True).select_related("agent")
    accepted = StandIn.objects.filter(state=StandIn.State.ACCEPTED, agent__is_active=True)
    return Rota.objects.select_related("brand").prefetch_related(
        Prefetch("members", members), Prefetch("stand_ins", accepted.select_related("agent").order_by("pk"))
    )


def of_brand(brand_id: int, among: Iterable[Rota] | None = None) -> list[Rota]:
    """The brand's own rotas; without any, those that are for all brands."""
    known = list(rotas() if among is None else among)
    return [one for one in known if one.brand_id == brand_id] or [one for one in known if one.brand_id is None]


def roster_of(rota: Rota, line: int = Line.FIRST) -> Roster:
    """A line of the rota as a value; `rota` comes from `rotas()`."""
    return Roster(
        rota.timezone,
        tuple(member.agent_id for member in rota.members.all() if member.line == line),
        rota.starts_on,
        WEEK if rota.turn == Rota.Turn.WEEK else 1,
        rota.weekday,
        rota.handover,
        tuple(Replacement(one.start, one.end, one.agent_id) for one in rota.stand_ins.all() if one.line == line),
    )


def on_duty(rota: Rota, line: int = Line.FIRST, at: dt.datetime | None = None) -> int | None:
    """Whose duty it is: an agent's id."""
    return roster_of(rota, line).on_duty(at or clock.now())


def on_duty_for(inbox: Inbox) -> list[Agent]:
    """Who is on duty now for the inbox's customers and may answer them."""
    ids = {on_duty(rota) for rota in of_brand(inbox.brand_id)}
    return list(access.agents_of([inbox.pk], Role.Permission.REPLY).filter(pk__in=ids - {None})) if ids else []


def people(rota: Rota) -> dict[int, Agent]:
    """The agents of the rota and who stands in, by id."""
    members = {one.agent_id: one.agent for one in rota.members.all()}
    return members | {one.agent_id: one.agent for one in rota.stand_ins.all()}


def remember() -> None:
    """Let the desk's frame know who belongs to a rota and whose turn it is."""
    now, until = clock.now(), dict[int, str]()
    for rota in rotas():
        until |= {agent: until.get(agent, "") for agent in people(rota)}
        roster = roster_of(rota)
        agent = roster.on_duty(now)
        if agent is not None:
            until[agent] = max(until[agent], (roster.ends_at(now) or now + FURTHEST).isoformat())
    for agent, end in until.items():
        bus.put(f"{PREFIX}{agent}", {"until": end}, KEPT_SECONDS)


def duty_of(agent: Agent) -> dict[str, str] | None:
    """What `remember` knows: {"until": an instant or ""}; None for who belongs to no rota."""
    return bus.get(f"{PREFIX}{agent.pk}")
