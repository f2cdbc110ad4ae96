"""The agents who are there, with all that a decision asks of them, read together."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from django.db.models import Count, Q

from aspa.core.conversations.models import Conversation
from aspa.core.inboxes.models import Grant
from aspa.core.people.models import Agent, Role, Team
from aspa.service.routing import present, rules
from aspa.service.routing.deciding import Candidate, Room
from aspa.service.routing.models import LIVE_ROOM, OTHER_ROOM, Ability, AtWork, Offer


class Taken(NamedTuple):
    live: int
    other: int


def here(states: Mapping[int, str] | None = None) -> list[Candidate]:
    """Who is available or busy. `states` as `present.states` gives them, when the caller has asked already."""
    states = present.states() if states is None else states
    wanted = [agent for agent, state in states.items() if state in present.HERE]
    if not wanted:
        return []
    agents = dict(Agent.objects.filter(pk__in=wanted, is_active=True).values_list("pk", "is_owner"))
    return _gathered(agents, states)


def load(agents: Collection[int]) -> dict[int, Taken]:
    """How many conversations each has at once.

    A live chat counts as long as it is open, whosever turn it is: both are there. Another conversation counts while its
    customer waits for us. What is snoozed, or waits for the customer, takes no room.
    """
    live = rules.live_inboxes()
    opened = Conversation.objects.filter(assignee__in=agents, status=Conversation.Status.OPEN)
    counted = opened.values_list("assignee", "inbox").annotate(
        everything=Count("pk"), waiting=Count("pk", filter=Q(waiting_since__isnull=False))
    )
    taken: dict[int, Taken] = {}
    for agent, inbox, everything, waiting in counted.order_by():
        before = taken.get(agent, Taken(0, 0))
        taken[agent] = (
            before._replace(live=before.live + everything)
            if inbox in live
            else before._replace(other=before.other + waiting)
        )
    return taken


def _gathered(agents: Mapping[int, bool], states: Mapping[int, str]) -> list[Candidate]:
    taken, inboxes = load(agents), _inboxes(agents)
    abilities = {one.agent_id: one for one in Ability.objects.filter(agent__in=agents)}
    skills = _sets(
        Ability.skills.through.objects.filter(ability__agent__in=agents).values_list("ability__agent", "skill")
    )
    teams = _sets(Team.members.through.objects.filter(agent__in=agents).values_list("agent", "team"))
    given_at = dict(AtWork.objects.filter(agent__in=agents).values_list("agent", "given_at"))
    asked = set(Offer.objects.filter(agent__in=agents).values_list("agent", flat=True))
    return [
        _candidate(
            agent, states[agent], None if is_owner else inboxes[agent], teams[agent], skills[agent],
            abilities.get(agent), taken.get(agent, Taken(0, 0)), given_at.get(agent), is_asked=agent in asked,
        )
        for agent, is_owner in sorted(agents.items())
    ]  # fmt: skip


def _candidate(
    agent: int,
    state: str,
    inboxes: frozenset[int] | None,
    teams: frozenset[int],
    skills: frozenset[int],
    ability: Ability | None,
    taken: Taken,
    given_at: dt.datetime | None,
    *,
    is_asked: bool,
) -> Candidate:
    live, other = (ability.live_room, ability.other_room) if ability else (None, None)
    return Candidate(
        agent=agent,
        state=state,
        inboxes=inboxes,
        teams=teams,
        skills=skills,
        languages=frozenset(ability.languages if ability else ()),
        live=Room(taken.live, LIVE_ROOM if live is None else live),
        other=Room(taken.other, OTHER_ROOM if other is None else other),
        given_at=given_at,
        is_asked=is_asked,
    )


def _inboxes(agents: Iterable[int]) -> dict[int, frozenset[int] | None]:
    """Where each may answer by their grants, None for everywhere; the same rule as `access.agents_of`."""
    # JSON containment differs between the databases, and there are only a handful of roles.
    roles = [role.pk for role in Role.objects.all() if Role.Permission.REPLY in role.permissions]
    granted: dict[int, set[int | None]] = {agent: set() for agent in agents}
    for grant in Grant.objects.filter(agent__in=granted, role__in=roles):
        granted[grant.agent_id].add(grant.inbox_id)
    return {
        agent: None if None in inboxes else frozenset(one for one in inboxes if one is not None)
        for agent, inboxes in granted.items()
    }


def _sets(pairs: Iterable[tuple[int, int]]) -> Mapping[int, frozenset[int]]:
    found: defaultdict[int, frozenset[int]] = defaultdict(frozenset)
    for agent, one in pairs:
        found[agent] |= {one}
    return found
