"""One routing decision where a thousand conversations wait and two hundred agents are there.

All agents are full but one, another each time; skills, languages and teams differ. The decision reads everything anew
from the database, as it does whenever somebody has room again. `python -m bench.routing TIMES` measures in the
environment of an installation and prints the milliseconds of each as JSON.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import time

from bench.report import Figure, Missed, Promise, percentile
from bench.run import Run
from bench.server import place
from testing.programs import run_program

WAITING, AGENTS = 1_000, 200
DECISIONS = 400
P99_MS = 20
LANGUAGES = ("fi", "sv", "en")


def measure(run: Run) -> list[Figure]:
    return [on(database, run) for database in run.databases]


def on(database: str, run: Run) -> Figure:
    with place(database) as at:
        took = json.loads(run_program(at.environment, "-m", "bench.routing", str(round(run.seconds(DECISIONS)))))
    name = f"routing decision, p99, {WAITING:,} waiting, {AGENTS} agents, {database}"
    return Figure(name, percentile(took, 0.99), "ms", Promise(at_most=P99_MS))


def decisions(times: int) -> list[float]:
    """Milliseconds of each. Raises Missed when one finds nobody."""
    from django.db import connection, transaction

    from aspa.core.conversations.models import Conversation
    from aspa.service.routing import giving_out

    with transaction.atomic():
        agents = fill()
    with connection.cursor() as cursor:
        # As PostgreSQL does by itself within a minute; without it a table just filled is taken for an empty one.
        cursor.execute("ANALYZE")
    took = []
    # As a server does once it has started.
    gc.collect()
    gc.freeze()
    for number in range(times):
        free = agents[number % len(agents)]
        # One of their four ends, and for the next decision begins anew.
        ended = Conversation.objects.filter(assignee=free, status="open").first()
        assert ended is not None
        Conversation.objects.filter(pk=ended.pk).update(status="closed")
        began = time.perf_counter()
        found = giving_out.decide_now(1)
        took.append(1000 * (time.perf_counter() - began))
        Conversation.objects.filter(pk=ended.pk).update(status="open")
        if [one.agent for one in found] != [free]:
            raise Missed(f"Decided {found}, though agent {free} has room.")
    return took


def fill() -> list[int]:
    """The agents, each with four chats, and those who wait; the agents' ids."""
    from aspa.core.conversations.models import Conversation, Reason
    from aspa.core.inboxes.models import Brand, Grant, Inbox
    from aspa.core.people.models import Agent, Contact, Role, Team
    from aspa.kit import clock
    from aspa.kit.bus import bus
    from aspa.service.routing import queue
    from aspa.service.routing.models import Ability, Rules, Skill

    now = clock.now()
    brand = Brand.objects.create(name="Bench", slug="bench")
    teams = [Team.objects.create(name=f"Team {number}") for number in range(4)]
    inboxes = [
        Inbox.objects.create(brand=brand, name=f"Chat {number}", channel="webchat", team=team)
        for number, team in enumerate(teams)
    ]
    role = Role.objects.create(name="Bench agent", permissions=[Role.Permission.READ, Role.Permission.REPLY])
    reasons = [Reason.objects.create(brand=brand, name=f"Reason {number}") for number in range(4)]
    skills = [Skill.objects.create(name=f"Skill {number}") for number in range(4)]
    for reason, skill in zip(reasons, skills, strict=True):
        skill.reasons.add(reason)
    for inbox in inboxes:
        Rules.objects.create(inbox=inbox, policy=Rules.Policy.ASSIGN)
    customers = Contact.objects.bulk_create(
        [Contact(brand=brand, name=f"Customer {number}", created_at=now) for number in range(WAITING + 1)]
    )

    def conversation(number: int, agent: Agent | None) -> Conversation:
        return Conversation(
            brand=brand,
            inbox=inboxes[number % 4],
            contact=customers[-1 if agent else number],
            assignee=agent,
            reason=reasons[number // 4 % 4],
            language=LANGUAGES[number % 3],
            waiting_since=now,
            created_at=now,
            last_activity_at=now,
        )

    agents = []
    for number in range(AGENTS):
        agent = Agent.objects.create(email=f"agent{number}@bench.example", name=f"Agent {number}")
        agents.append(agent)
        teams[number % 4].members.add(agent)
        for inbox in inboxes:
            Grant.objects.create(agent=agent, role=role, inbox=inbox)
        ability = Ability.objects.create(agent=agent, languages=list(LANGUAGES[: 1 + number % 3]))
        ability.skills.add(*skills[: 1 + number % 4])
        Conversation.objects.bulk_create([conversation(one, agent) for one in range(4)])
        desk = {"id": agent.pk, "name": agent.name, "initials": "A", "state": "available", "idle": False}
        bus.put(f"presence:{agent.pk}:desk", desk, 3600)
    Conversation.objects.bulk_create([conversation(number, None) for number in range(WAITING)])
    queue.mend()
    queue.mend()
    return [agent.pk for agent in agents]


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aspa.config.settings")
    import django

    django.setup()
    print(json.dumps(decisions(int(sys.argv[1]))))
