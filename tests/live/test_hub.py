"""What must not stop the stream, leak from it, or keep it open for somebody who has lost it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import OperationalError

from aspa.core.conversations import events
from aspa.core.conversations.events import Cursor
from aspa.core.conversations.models import Conversation, Event
from aspa.core.inboxes.models import Brand
from aspa.core.people.models import Agent
from aspa.service.routing import changes, states
from aspa.web.live import happenings as reading
from aspa.web.live import hub as hubs
from aspa.web.live.desk import app as desks
from aspa.web.live.frames import DeskFrame
from aspa.web.live.happenings import Past
from aspa.web.live.hub import Hub
from aspa.web.live.visitor import sockets
from aspa.web.live.visitor.client import VisitorClient


class Inline:
    """Runs at once what the server would run in its threads."""

    async def read(self, call: Any, *args: Any, **kwargs: Any) -> Any:
        await asyncio.sleep(0)
        return call(*args, **kwargs)


async def until(true: Callable[[], Any]) -> None:
    """Wait for it; on a busy machine a while."""
    async with asyncio.timeout(60):
        while not true():  # noqa: ASYNC110 (what is waited for has no event)
            await asyncio.sleep(0.01)


class Desk:
    def __init__(self) -> None:
        self.told: list[str] = []
        self.watching = None

    def tell(self, frame: Any) -> None:
        if frame.happening.event.kind == "poisoned":
            raise KeyError("who")
        self.told.append(frame.happening.event.kind)


def happening(kind: str, pk: int) -> Any:
    return SimpleNamespace(event=SimpleNamespace(kind=kind, tx=0, pk=pk), conversation=SimpleNamespace(contact_id=1))


async def test_an_event_that_cannot_be_told_does_not_hold_up_the_next_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    hub, desk = Hub(Inline()), Desk()  # type: ignore[arg-type]
    hub.agents.add(desk)  # type: ignore[arg-type]
    hub._cursor = Cursor(0, 0)
    both = Past([happening("poisoned", 1), happening("received", 2)], Cursor(0, 2), is_all=True)
    monkeypatch.setattr(hubs, "read", lambda *_: both)
    monkeypatch.setattr(events, "is_unsettled", lambda _: False)

    await hub._read_on()

    assert desk.told == ["received"]
    assert hub._cursor == Cursor(0, 2)


class Reader:
    """A desk of somebody who reads one inbox."""

    def __init__(self, inbox: int) -> None:
        self.inbox, self.told = inbox, list[dict[str, Any]]()
        self.socket = SimpleNamespace(push_json=self.told.append)

    def may_read(self, inbox: int) -> bool:
        return inbox == self.inbox


async def test_countdowns_are_told_to_those_who_may_read_the_conversations() -> None:
    hub, reader, outsider = Hub(Inline()), Reader(1), Reader(3)  # type: ignore[arg-type]
    hub.agents |= {reader, outsider}  # type: ignore[arg-type]
    hub._countdowns({"conversations": [[1, 7], [2, 8], [1, 9]]})
    assert reader.told == [{"type": "countdowns", "conversations": [7, 9]}]
    assert outsider.told == []


@pytest.mark.parametrize("kind", [Event.Kind.SLA_WARNED, Event.Kind.SLA_BREACHED])
def test_open_desks_of_those_whose_time_runs_out_ring(kind: str) -> None:
    event = SimpleNamespace(kind=kind, data={"agents": [1], "escalated": [3]})
    frame = DeskFrame(SimpleNamespace(event=event, conversation=None))  # type: ignore[arg-type]
    assert [agent for agent in (1, 2, 3) if frame.concerns(agent)] == [1, 3]


async def test_the_second_to_join_does_not_move_the_hub_past_what_the_first_waits_for() -> None:
    heads = iter([Cursor(0, 5), Cursor(0, 9)])
    hub = Hub(Inline())  # type: ignore[arg-type]
    slow = asyncio.Event()

    async def head(call: Any) -> Cursor:
        found = next(heads)
        if found.id == 9:
            await slow.wait()
        return found

    hub.threads.read = head  # type: ignore[method-assign,assignment]
    joining = [asyncio.create_task(hub._begin()) for _ in range(2)]
    await asyncio.sleep(0.01)
    slow.set()
    await asyncio.gather(*joining)

    assert hub._cursor == Cursor(0, 5)


async def test_a_visitor_whose_welcome_fails_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    hub = Hub(Inline())  # type: ignore[arg-type]
    monkeypatch.setattr(events, "head", lambda: Cursor(0, 0))

    async def failing(*_: Any) -> None:
        raise OperationalError

    monkeypatch.setattr(sockets, "_welcome", failing)
    frames = iter([{"type": "websocket.connect"}, {"type": "websocket.receive", "text": '{"type":"hello"}'}])

    async def receive() -> Any:
        return next(frames)

    async def send(_: Any) -> None:
        return None

    inbox: Any = SimpleNamespace(pk=1, brand_id=1, brand=Brand(language="fi"))
    with pytest.raises(OperationalError):
        await sockets.serve(SimpleNamespace(hub=hub, threads=Inline()), {}, receive, send, inbox)  # type: ignore[arg-type]

    assert not hub.strangers


async def test_a_desk_that_never_pings_is_closed_when_its_session_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    ben: list[Agent | None] = [Agent(pk=7, name="Ben", email="ben@example.com", is_owner=True)]
    monkeypatch.setattr(desks, "signed_in", lambda _: ben[0])
    monkeypatch.setattr(desks, "CHECK_EVERY", 0.02)
    monkeypatch.setattr(states, "chosen_by", lambda _: "available")
    monkeypatch.setattr(changes, "look_soon", lambda: None)
    monkeypatch.setattr(events, "head", lambda: Cursor(0, 0))
    hub = Hub(Inline())  # type: ignore[arg-type]
    frames: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    frames.put_nowait({"type": "websocket.connect"})
    frames.put_nowait({"type": "websocket.receive", "text": '{"type":"hello"}'})
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "websocket", "path": "/live/desk",
        "headers": [(b"origin", b"http://aspa.example"), (b"host", b"aspa.example")],
    }  # fmt: skip
    serving = asyncio.create_task(desks.DeskApp(Inline(), hub)(scope, frames.get, send))  # type: ignore[arg-type]
    await until(lambda: len(hub.agents) == 1)

    ben[0] = None
    await until(lambda: {"type": "websocket.close", "code": 4401} in sent)

    assert not hub.agents
    frames.put_nowait({"type": "websocket.disconnect"})
    await serving


async def test_a_transaction_that_stays_open_is_asked_after_ever_less_often(monkeypatch: pytest.MonkeyPatch) -> None:
    hub = Hub(Inline())  # type: ignore[arg-type]
    hub.agents.add(Desk())  # type: ignore[arg-type]
    hub._cursor = Cursor(1, 0)
    looks: list[Any] = []

    def look(*_: Any) -> Past:
        looks.append(1)
        return Past([], Cursor(1, 0), is_all=True)

    monkeypatch.setattr(hubs, "read", look)
    monkeypatch.setattr(events, "is_unsettled", lambda _: True)

    running = asyncio.create_task(hub.run())
    hub._wake.set()
    await asyncio.sleep(1)
    running.cancel()

    # Without a pause that grows it would be some two hundred.
    assert len(looks) < 20


def visitor(hub: Hub, hash_: str, brand: int) -> Any:
    closed: list[int] = []
    socket = SimpleNamespace(closing=False, push=lambda _: None, close_soon=closed.append, closed=closed)
    client = VisitorClient(
        socket,  # type: ignore[arg-type]
        hub,
        SimpleNamespace(pk=1, brand_id=brand),  # type: ignore[arg-type]
        visitor=hash_,
        signed_in=None,
        language="fi",
    )
    hub.strangers[client.identity].add(client)
    return client


async def test_who_wrote_while_the_bus_was_away_is_known_when_it_is_back(monkeypatch: pytest.MonkeyPatch) -> None:
    hub = Hub(Inline())  # type: ignore[arg-type]
    dee, other, silent = visitor(hub, "dee", 1), visitor(hub, "dee", 2), visitor(hub, "silent", 1)
    monkeypatch.setattr(hubs, "_contacts_of", lambda _: [((1, "visitor", "dee"), 7)])
    monkeypatch.setattr("aspa.web.live.visitor.client.read", lambda *_: Past([], Cursor(0, 0), is_all=True))
    monkeypatch.setattr("aspa.web.live.visitor.client.merged_elsewhere", lambda *_: frozenset())
    monkeypatch.setattr("aspa.web.live.visitor.snapshot.conversation_ids", lambda *_: [])
    monkeypatch.setattr(events, "head", lambda: Cursor(0, 0))

    hub._known({"lost": True})
    await until(lambda: hub.visitors)

    assert (dee.contact_id, other.contact_id, silent.contact_id) == (7, None, None)
    assert hub.visitors == {7: {dee}}
    assert hub.strangers == {(2, "visitor", "dee"): {other}, (1, "visitor", "silent"): {silent}}


async def test_a_visitor_who_cannot_be_caught_up_comes_back_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    hub = Hub(Inline())  # type: ignore[arg-type]
    dee = visitor(hub, "dee", 1)

    def failing() -> Cursor:
        raise OperationalError

    monkeypatch.setattr(events, "head", failing)
    hub._known({"identity": [1, "visitor", "dee"], "contact": 7})
    await until(lambda: dee.socket.closed)

    assert dee.socket.closed == [1013]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("alone_on_the_server")
def test_what_was_erased_meanwhile_does_not_end_the_reading(
    conversation: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    (first, *_rest) = events.read_after(Cursor(0, 0))
    erased = SimpleNamespace(tx=first.tx, pk=first.pk + 1, conversation_id=10**9, message_id=None, kind="waiting")
    monkeypatch.setattr(reading, "BATCH", 2)
    monkeypatch.setattr(events, "read_after", lambda *_, **__: [first, erased])

    past = reading.read(Cursor(0, 0), {})

    assert [happening.event for happening in past.happenings] == [first]
    assert (past.until, past.is_all) == (Cursor(first.tx, first.pk + 1), False)
