"""Agents who come and go, and inboxes that give out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

import pytest
import time_machine

from aspa.core.conversations import subscriptions
from aspa.core.conversations.models import Conversation, SubscriberCursor
from aspa.core.inboxes.models import Inbox
from aspa.core.people.models import Agent
from aspa.kit.bus import bus
from aspa.kit.tasks import run_pending
from aspa.service.routing import following
from aspa.service.routing.models import Ability, Rules, Waiting
from aspa.service.routing.present import PREFIX

Comes = Callable[..., None]


@pytest.fixture
def comes() -> Iterator[Comes]:
    """Lets an agent be there: comes(ben), comes(ben, "busy"), comes(ben, idle=True)."""

    def there(agent: Agent, state: str = "available", *, idle: bool = False) -> None:
        who = {"id": agent.pk, "name": agent.name, "initials": agent.initials, "state": state, "idle": idle}
        bus.put(f"{PREFIX}{agent.pk}:desk", who, 24 * 3600)

    yield there
    for key in bus.find(PREFIX):
        bus.drop(key)


def goes(agent: Agent) -> None:
    bus.drop(f"{PREFIX}{agent.pk}:desk")


@pytest.fixture
def clock() -> Iterator[time_machine.Coordinates]:
    """A clock that stands still until it is moved."""
    with time_machine.travel(dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC), tick=False) as standing:
        yield standing


def rules(inbox: Inbox, policy: str = "assign", **more: object) -> Rules:
    return Rules.objects.create(inbox=inbox, policy=policy, **more)  # type: ignore[misc]


def room(agent: Agent, live: int) -> None:
    Ability.objects.update_or_create(agent=agent, defaults={"live_room": live})


def settle() -> None:
    """Let the subscriber read on, and what is due be done."""
    SubscriberCursor.objects.filter(name="routing", failures__gt=0).update(failures=0)
    while subscriptions.run_once("routing", following.follow):
        pass
    run_pending()
    while subscriptions.run_once("routing", following.follow):
        pass


def assignee(conversation: Conversation) -> Agent | None:
    return Conversation.objects.select_related("assignee").get(pk=conversation.pk).assignee


def queued() -> list[int]:
    return list(
        Waiting.objects.filter(given_at__isnull=True).order_by("turn", "pk").values_list("conversation", flat=True)
    )
