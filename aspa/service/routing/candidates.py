"""The agents who are there, with all that a decision asks of them, read together."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from django.db import connection

from aspa.core.inboxes.models import Grant
from aspa.core.people.models import Agent, Role, Team
from aspa.service.routing import present, rules
from aspa.service.routing.deciding import Candidate, Room
from aspa.service.routing.models import LIVE_ROOM, OTHER_ROOM, Ability, AtWork, Offer

STORED = ("live_room", "other_room", "languages")
# What open conversations each agent has in each inbox, and of how many the customer waits.
OPEN = """
    SELECT assignee_id, inbox_id, count(*), count(waiting_since) FROM conversations_conversation
    WHERE status = 'open' AND assignee_id IN
"""


class Taken(NamedTuple):
    live: int
    other: int


def here(states: Mapping[int, str] | None = None) -> list[Candidate]:
    """Who is available or busy. `states` as `present.states` gives them, when the caller has asked already."""
    states = present.states() if states is None else states
    if not any(state in present.HERE for state in states.values()):
        return []
    active = Agent.objects.filter(is_active=True).order_by("pk").values_list("pk", "is_owner")
    return _gathered({pk: is_owner for pk, is_owner in active if states.get(pk) in present.HERE}, states)


def load(agents: Collection[int]) -> dict[int, Taken]:
    """How many conversations each has at once.

    A live chat counts as long as it is open, whosever turn it is: both are there. Another conversation counts while its
    customer waits for us. What is snoozed, or waits for the customer, takes no room.
    """
    if not agents:
        return {}
    live = rules.live_inboxes()
    taken: dict[int, Taken] = {}
    with connection.cursor() as cursor:
        cursor.execute(f"{OPEN} ({', '.join(['%s'] * len(agents))}) GROUP BY assignee_id, inbox_id", [*agents])
        for agent, inbox, everything, waiting in cursor.fetchall():
            before = taken.get(agent, Taken(0, 0))
            more = (everything, 0) if inbox in live else (0, waiting)
            taken[agent] = Taken(before.live + more[0], before.other + more[1])
    return taken


def _gathered(agents: Mapping[int, bool], states: Mapping[int, str]) -> list[Candidate]:
    """What is stored of agents is little and read whole: to name two hundred of them takes longer."""
    taken, inboxes = load(agents), _inboxes()
    abilities = {agent: stored for agent, *stored in Ability.objects.values_list("agent", *STORED)}
    skills = _sets(Ability.skills.through.objects.values_list("ability__agent", "skill"))
    teams = _sets(Team.members.through.objects.values_list("agent", "team"))
    given_at = dict(AtWork.objects.filter(given_at__isnull=False).values_list("agent", "given_at"))
    asked = set(Offer.objects.values_list("agent", flat=True))
    found = []
    for agent, is_owner in agents.items():
        live_room, other_room, languages = abilities.get(agent, (None, None, ()))
        used = taken.get(agent, Taken(0, 0))
        found.append(
            Candidate(
                agent=agent,
                state=states[agent],
                inboxes=None if is_owner else inboxes.get(agent, frozenset()),
                teams=teams.get(agent, frozenset()),
                skills=skills.get(agent, frozenset()),
                languages=frozenset(languages),
                live=Room(used.live, LIVE_ROOM if live_room is None else live_room),
                other=Room(used.other, OTHER_ROOM if other_room is None else other_room),
                given_at=given_at.get(agent),
                is_asked=agent in asked,
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
