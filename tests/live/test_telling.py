"""What is told to thousands of widgets, and when an agent counts as having left the page alone. Without a server."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine

from aspa.core.people.models import Agent
from aspa.service.bot import holding
from aspa.service.routing import availability, states
from aspa.service.routing.availability import Availability
from aspa.service.routing.queue import Place
from aspa.web.live import presence
from aspa.web.live.desk.client import DeskClient
from aspa.web.live.hub import Hub
from aspa.web.live.presence import Board
from aspa.web.live.visitor.client import VisitorClient

INBOX: Any = SimpleNamespace(pk=1, brand_id=1)


class Counting:
    """Threads that look at once, and how often they did."""

    def __init__(self) -> None:
        self.times = 0

    async def read(self, call: Any, *args: Any) -> Any:
        self.times += 1
        await asyncio.sleep(0.01)
        return call(*args)


def waiting(*contacts: int) -> tuple[Place, ...]:
    return tuple(Place(contact, 100 + contact, number) for number, contact in enumerate(contacts, start=1))


def full(*contacts: int) -> Availability:
    return Availability("full", is_live=True, is_staffed=True, queue=waiting(*contacts), pace=60.0)


@pytest.fixture
def now_is(monkeypatch: pytest.MonkeyPatch) -> Any:
    def found(value: Availability) -> None:
        # No chat has a bot; these ask no database.
        monkeypatch.setattr(holding, "whens", dict)
        monkeypatch.setattr(availability, "of_all", lambda inboxes: {inbox.pk: value for inbox in inboxes})

    return found


async def test_a_crowd_that_comes_at_once_is_one_look(now_is: Any) -> None:
    now_is(full())
    threads = Counting()
    board = Board(threads)  # type: ignore[arg-type]
    told = await asyncio.gather(*(board.of(INBOX) for _ in range(500)))
    assert threads.times == 1
    assert len({one.frame for one in told}) == 1


async def test_who_waits_is_told_of_the_queue_and_the_others_of_what_matters(now_is: Any) -> None:
    now_is(full(7, 8))
    board = Board(Counting())  # type: ignore[arg-type]
    pushed: dict[int, list[dict[str, Any]]] = {8: [], 9: []}
    clients = [visitor(contact, pushed[contact]) for contact in pushed]
    told = await board.of(INBOX)
    welcomes = [client.welcomed(told) for client in clients]
    assert [welcome["place"] for welcome in welcomes] == [{"position": 2, "wait": 120}, None]

    # One more comes, one is served: only who waits has news.
    for value in (full(7, 8, 10), full(8, 10)):
        now_is(value)
        (told,) = (await board.refresh([INBOX])).values()
        for client in clients:
            client.present(told)
    assert pushed == {8: [{"type": "place", "place": {"position": 1, "wait": 60}}], 9: []}
    assert told.value["queue"] == {"length": 2, "wait": 180}

    now_is(Availability("nobody", is_live=True, is_staffed=False))
    (told,) = (await board.refresh([INBOX])).values()
    for client in clients:
        client.present(told)
    assert [frame["type"] for frame in pushed[8]] == ["place", "presence", "place"]
    assert pushed[8][-1]["place"] is None
    (gone,) = pushed[9]
    assert (gone["type"], gone["state"], gone["online"]) == ("presence", "nobody", False)


async def test_who_writes_from_elsewhere_has_not_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(states, "chosen_by", lambda _: "available")
    monkeypatch.setattr(presence, "beat", _nothing_new)
    ben = Agent(pk=7, name="Ben", is_owner=True)
    hub = Hub(Counting())  # type: ignore[arg-type]
    with time_machine.travel(dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC), tick=False) as clock:
        client = DeskClient(SimpleNamespace(push=lambda _: None), hub, ben, "")  # type: ignore[arg-type]
        await client.rests(idle=True)
        left_alone = [client.is_left_alone]
        event = SimpleNamespace(agent_id=7, inbox_id=1, tx=0, pk=1)
        happening = SimpleNamespace(event=event, conversation=SimpleNamespace(pk=1))
        client.tell(SimpleNamespace(happening=happening, concerns=lambda _: False, text=lambda **_: ""))  # type: ignore[arg-type]
        left_alone.append(client.is_left_alone)
        clock.shift(dt.timedelta(minutes=11))
        assert [*left_alone, client.is_left_alone] == [True, False, True]
        await asyncio.sleep(0)


async def _nothing_new(*_: Any, **__: Any) -> bool:
    return False


def visitor(contact: int, pushed: list[dict[str, Any]]) -> VisitorClient:
    socket = SimpleNamespace(push=lambda text: pushed.append(json.loads(text)), push_json=pushed.append)
    client = VisitorClient(socket, None, INBOX, visitor="v", signed_in=None, language="fi")  # type: ignore[arg-type]
    client.contact_id = contact
    return client
