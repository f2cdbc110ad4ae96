"""The agents who are there, with all that a decision asks of them, read together."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from django.db import connection

from aspa.core.inboxes.models import Grant
from aspa.core.people.models import Role, Team
from aspa.kit.postgres.prepared import prepared
from aspa.service.routing import present, rules
from aspa.service.routing.deciding import Candidate, Room
from aspa.service.routing.models import LIVE_ROOM, OTHER_ROOM, Ability

# In plain SQL: this is read for every decision and whenever a widget has to be told something.
AGENTS = """
    SELECT agent.id, agent.is_owner, ability.live_room, ability.other_room, ability.languages, at_work.given_at, offer.id
    FROM people_agent AS agent
    LEFT JOIN routing_ability AS ability ON ability.agent_id = agent.id
    LEFT JOIN routing_atwork AS at_work ON at_work.agent_id = agent.id
    LEFT JOIN routing_offer AS offer ON offer.agent_id = agent.id
    WHERE agent.is_active = %s ORDER BY agent.id
"""
# What open conversations each agent has in each inbox, and of how many the customer waits.
OPEN = """
    SELECT assignee_id, inbox_id, count(*), count(waiting_since) FROM conversations_conversation
    WHERE status = 'open' AND assignee_id {among} GROUP BY assignee_id, inbox_id
"""
OPEN_OF = {
    "postgresql": OPEN.format(among="= ANY(%s)"),
    "sqlite": OPEN.format(among="IN (SELECT value FROM json_each(%s))"),
}


class Taken(NamedTuple):
    live: int
    other: int


NOTHING = Taken(0, 0)


def here(states: Mapping[int, str] | None = None) -> list[Candidate]:
    """Who is available or busy. `states` as `present.states` gives them, when the caller has asked already."""
    states = present.states() if states is None else states
    if not any(state in present.HERE for state in states.values()):
        return []
    stored = [row for row in _rows(AGENTS, True) if states.get(row[0]) in present.HERE]
    return _gathered(stored, states)


def load(agents: Collection[int]) -> dict[int, Taken]:
    """How many conversations each has at once.

    A live chat counts as long as it is open, whosever turn it is: both are there. Another conversation counts while its
    customer waits for us. What is snoozed, or waits for the customer, takes no room.
    """
    if not agents:
        return {}
    live = rules.live_inboxes()
    taken: dict[int, Taken] = {}
    among: Any = list(agents) if connection.vendor == "postgresql" else json.dumps(list(agents))
    for agent, inbox, everything, waiting in _rows(OPEN_OF[connection.vendor], among):
        before = taken.get(agent, NOTHING)
        more = (everything, 0) if inbox in live else (0, waiting)
        taken[agent] = Taken(before.live + more[0], before.other + more[1])
    return taken


def _rows(statement: str, value: Any) -> list[tuple[Any, ...]]:
    if connection.vendor == "postgresql":
        return prepared(statement, [value])
    with connection.cursor() as cursor:
        cursor.execute(statement, [value])
        return list(cursor.fetchall())


def _gathered(stored: Sequence[tuple[Any, ...]], states: Mapping[int, str]) -> list[Candidate]:
    """What is stored of agents is little and read whole: to name two hundred of them takes longer."""
    taken, inboxes = load([row[0] for row in stored]), _inboxes()
    skills = _sets(Ability.skills.through.objects.values_list("ability__agent", "skill"))
    teams = _sets(Team.members.through.objects.values_list("agent", "team"))
    found = []
    for agent, is_owner, live_room, other_room, languages, given_at, offer in stored:
        used = taken.get(agent, NOTHING)
        found.append(
            Candidate(
                agent=agent,
                state=states[agent],
                inboxes=None if is_owner else inboxes.get(agent, frozenset()),
                teams=teams.get(agent, frozenset()),
                skills=skills.get(agent, frozenset()),
                languages=frozenset(json.loads(languages)) if languages else frozenset(),
                live=Room(used.live, LIVE_ROOM if live_room is None else live_room),
                other=Room(used.other, OTHER_ROOM if other_room is None else other_room),
                given_at=_aware(given_at),
                is_asked=offer is not None,
            )
        )
    return found


def _inboxes() -> dict[int, frozenset[int] | None]:
    """Where agents may answer by their grants, None for everywhere; the same rule as `access.agents_of`."""
    # JSON containment differs between the databases, and there are only a handful of roles.
    roles = [role.pk for role in Role.objects.all() if Role.Permission.REPLY in role.permissions]
    granted: dict[int, set[int | None]] = {}
    for agent, inbox in Grant.objects.filter(role__in=roles).values_list("agent", "inbox"):
        granted.setdefault(agent, set()).add(inbox)
    return {
        agent: None if None in places else frozenset(one for one in places if one is not None)
        for agent, places in granted.items()
    }


def _sets(pairs: Iterable[tuple[int, int]]) -> dict[int, frozenset[int]]:
    found: dict[int, set[int]] = {}
    for agent, one in pairs:
        found.setdefault(agent, set()).add(one)
    return {agent: frozenset(several) for agent, several in found.items()}


def _aware(moment: dt.datetime | None) -> dt.datetime | None:
    """SQLite keeps moments in UTC without saying so."""
    return moment if moment is None or moment.tzinfo else moment.replace(tzinfo=dt.UTC)
