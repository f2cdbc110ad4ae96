"""What a bench needs in an empty database: a brand with a chat, signed-in agents, conversations for the floor.

Runs as a program of its own (`python -m bench.seed CONVERSATIONS`), in the environment of the server it prepares, and
prints a `Seed` as JSON.
"""

from __future__ import annotations

import dataclasses
import json
import os
import sys


@dataclasses.dataclass(frozen=True)
class Seed:
    """Where visitors knock, and the session cookies of an owner and of an agent with grants in single inboxes."""

    brand_id: int
    inbox_id: int
    public_id: str
    team_id: int
    label_id: int
    owner_id: int
    agent_id: int
    owner_cookie: str
    agent_cookie: str
    first_conversation: int


def seed(conversations: int) -> Seed:
    """Make everything. conversations: how many empty ones, with consecutive ids."""
    from aspa.core.conversations.models import Conversation, Label
    from aspa.core.inboxes.models import Brand, Grant, Inbox
    from aspa.core.people.models import Agent, Contact, Role, Team
    from aspa.kit import clock

    now = clock.now()
    brand = Brand.objects.create(name="Bench", slug="bench", domains=["localhost", "127.0.0.1"])
    team = Team.objects.create(name="Service")
    inboxes = [
        Inbox.objects.create(brand=brand, name=name, channel="webchat", team=team)
        for name in ("Shop", "Help", "Returns")
    ]
    role, _ = Role.objects.get_or_create(name="Bench agent", defaults={"permissions": ["conversations.read"]})
    role.permissions = [Role.Permission.READ, Role.Permission.REPLY]
    role.save()
    owner = Agent.objects.create(email="owner@bench.example", name="Outi Owner", is_owner=True)
    agent = Agent.objects.create(email="agent@bench.example", name="Aino Agent")
    team.members.add(owner, agent)
    for inbox in inboxes[:2]:
        Grant.objects.create(agent=agent, role=role, inbox=inbox)
    contact = Contact.objects.create(brand=brand, name="Floor", created_at=now)
    made = [
        Conversation.objects.create(
            brand=brand, inbox=inboxes[0], contact=contact, created_at=now, last_activity_at=now, status="closed"
        )
        for _ in range(conversations)
    ]
    return Seed(
        brand_id=brand.pk,
        inbox_id=inboxes[0].pk,
        public_id=inboxes[0].public_id,
        team_id=team.pk,
        label_id=Label.objects.create(brand=brand, name="Delivery").pk,
        owner_id=owner.pk,
        agent_id=agent.pk,
        owner_cookie=session_of(owner),
        agent_cookie=session_of(agent),
        first_conversation=made[0].pk if made else 0,
    )


def session_of(agent: object) -> str:
    """A session cookie with which the agent is signed in."""
    from django.conf import settings
    from django.test import Client

    client = Client()
    client.force_login(agent)  # type: ignore[arg-type]
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aspa.config.settings")
    import django

    django.setup()
    print(json.dumps(dataclasses.asdict(seed(int(sys.argv[1])))))
