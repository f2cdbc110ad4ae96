"""The agents who are there, with all that a decision asks of them, read together."""

from __future__ import annotations

import functools
import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from django.db import connection

from aspa.core.people.models import Role
from aspa.service.routing import present, rules, statements
from aspa.service.routing.deciding import Candidate, Room
from aspa.service.routing.models import LIVE_ROOM, OTHER_ROOM

# In plain SQL, and in two statements: this is read for every decision and whenever a widget has to be told something.
# What an agent has several of comes as one text; most agents have the same few, so that it is seldom taken apart.
# The places are those of their grants, 0 for everywhere; the same rule as `access.agents_of`.
AGENTS = """
    SELECT agent.id, agent.is_owner, live_room, other_room, languages, given_at, offer.id, teams, skills, places
    FROM people_agent AS agent
    LEFT JOIN routing_ability AS ability ON ability.agent_id = agent.id
    LEFT JOIN routing_atwork AS at_work ON at_work.agent_id = agent.id
    LEFT JOIN routing_offer AS offer ON offer.agent_id = agent.id
    LEFT JOIN (
        SELECT agent_id, {joined}(CAST(team_id AS text), ',') AS teams FROM people_team_members GROUP BY agent_id
    ) AS team ON team.agent_id = agent.id
    LEFT JOIN (
        SELECT ability_id, {joined}(CAST(skill_id AS text), ',') AS skills FROM routing_ability_skills GROUP BY ability_id
    ) AS skill ON skill.ability_id = ability.id
    LEFT JOIN (
        SELECT agent_id, {joined}(CAST(coalesce(inbox_id, 0) AS text), ',') AS places
        FROM inboxes_grant JOIN people_role ON people_role.id = role_id
        WHERE CAST(permissions AS text) LIKE %s GROUP BY agent_id
    ) AS place ON place.agent_id = agent.id
    WHERE agent.is_active = %s ORDER BY agent.id
"""
ANSWERING = f'%"{Role.Permission.REPLY}"%'
# Each agent's open conversations in live channels, and of how many others the customer waits.
OPEN = """
    SELECT assignee_id, count(*) FILTER (WHERE channel {among}), count(waiting_since) FILTER (WHERE NOT channel {among})
    FROM conversations_conversation JOIN inboxes_inbox ON inboxes_inbox.id = inbox_id
    WHERE status = 'open' AND assignee_id {among} GROUP BY assignee_id
"""
JOINED = {"postgresql": "string_agg", "sqlite": "group_concat"}


class Taken(NamedTuple):
    live: int
    other: int


NOTHING = Taken(0, 0)


def here(states: Mapping[int, str] | None = None) -> list[Candidate]:
    """Who is available or busy. `states` as `present.states` gives them, when the caller has asked already."""
    states = present.states() if states is None else states
    if not any(state in present.HERE for state in states.values()):
        return []
    # What is stored of agents is little and read whole: to name two hundred of them takes longer.
    rows = statements.rows(AGENTS.format(joined=JOINED[connection.vendor]), ANSWERING, True)
    stored = [row for row in rows if states.get(row[0]) in present.HERE]
    taken = load([row[0] for row in stored])
    return [_candidate(row, states[row[0]], taken.get(row[0], NOTHING)) for row in stored]


def load(agents: Collection[int]) -> dict[int, Taken]:
    """How many conversations each has at once.

    A live chat counts as long as it is open, whosever turn it is: both are there. Another conversation counts while its
    customer waits for us. What is snoozed, or waits for the customer, takes no room.
    """
    if not agents:
        return {}
    live = sorted(rules.live_channels())
    among = statements.AMONG[connection.vendor]
    rows = statements.rows(OPEN.format(among=among), *map(statements.several, (live, live, agents)))
    return {agent: Taken(open_live, open_other) for agent, open_live, open_other in rows}


def _candidate(row: Sequence[Any], state: str, taken: Taken) -> Candidate:
    agent, is_owner, live_room, other_room, languages, given_at, offer, teams, skills, places = row
    inboxes = _ids(places)
    return Candidate(
        agent=agent,
        state=state,
        inboxes=None if is_owner or 0 in inboxes else inboxes,
        teams=_ids(teams),
        skills=_ids(skills),
        languages=_words(languages),
        live=Room(taken.live, LIVE_ROOM if live_room is None else live_room),
        other=Room(taken.other, OTHER_ROOM if other_room is None else other_room),
        given_at=statements.aware(given_at),
        is_asked=offer is not None,
    )


@functools.lru_cache(maxsize=1000)
def _ids(joined: str | None) -> frozenset[int]:
    return frozenset(map(int, joined.split(","))) if joined else frozenset()


@functools.lru_cache(maxsize=1000)
def _words(listed: str | None) -> frozenset[str]:
    return frozenset(json.loads(listed)) if listed else frozenset()
