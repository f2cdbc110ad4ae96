"""Nothing is lost and nothing doubled: under concurrent senders, through a power cut, across processes."""

from __future__ import annotations

import asyncio
import os
import uuid
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from testing.installation import Installation, People, installation
from tests.live.conftest import NO_LIMITS, Visitor, desk

Running = tuple[Installation, People]

VISITORS, EACH = 12, 15
ON_SERVERS = os.environ.get("ASPA_DATABASE_URL", "").startswith("postgres")


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Two processes that answer, where several may share the data."""
    folder = tmp_path_factory.mktemp("aspa")
    with installation(folder, processes=2 if ON_SERVERS else 1, more=NO_LIMITS) as made:
        yield made


async def _send_all(dee: Visitor, texts: list[str]) -> dict[str, int]:
    """Send one after the other as a widget does: until acknowledged, with the same client id. {client id: message id}"""
    acknowledged = {}
    for text in texts:
        client_id = str(uuid.uuid4())
        while True:
            try:
                answer = await dee.say(text, client_id=client_id)
            except httpx.TransportError:
                await asyncio.sleep(0.1)
                continue
            if answer.status_code in (200, 201):
                acknowledged[client_id] = answer.json()["message"]["id"]
                break
            assert answer.status_code >= 500, answer.text
            await asyncio.sleep(0.1)
    return acknowledged


def _texts(number: int) -> list[str]:
    return [f"{number}/{count}" for count in range(EACH)]


def _check_stored(server: Installation, acknowledged: dict[str, int]) -> None:
    stored = server.rows(
        "SELECT client_id, id FROM conversations_message WHERE kind = 'incoming' AND client_id IS NOT NULL"
    )
    assert len(stored) == len({client_id for client_id, _ in stored}), "a message stands there twice"
    assert acknowledged.items() <= dict(stored).items(), "an acknowledged message is missing"
    received = server.rows("SELECT message_id FROM conversations_event WHERE kind = 'received'")
    assert sorted(pk for _, pk in stored) == sorted(pk for (pk,) in received), "each message has one event"


@pytest.mark.timeout(120)
async def test_a_power_cut_under_load_loses_no_acknowledged_message(fresh: Running) -> None:
    server, people = fresh
    visitors = [Visitor(server, people.inbox) for _ in range(VISITORS)]
    for dee in visitors:
        await dee.say("alku")
    agent = await desk(server, people.ben)
    cursor = (await agent.next("welcome"))["cursor"]
    sending = [asyncio.create_task(_send_all(dee, _texts(n))) for n, dee in enumerate(visitors)]
    await asyncio.sleep(0.35)

    server.kill()
    await asyncio.to_thread(server.start)
    acknowledged = {pair: pk for result in await asyncio.gather(*sending) for pair, pk in result.items()}

    assert len(acknowledged) == VISITORS * EACH
    _check_stored(server, acknowledged)
    back = await desk(server, people.ben, after=cursor)
    await _sees(back, set(acknowledged.values()))


async def _sees(stream: Any, wanted: set[int]) -> list[int]:
    """Read until every message has come; none may come twice."""
    got: list[int] = []
    while not wanted <= set(got):
        frame = await stream.next("event")
        if frame["kind"] in ("received", "message"):
            got.append(frame.get("message_id") or frame["message"]["id"])
    assert len(got) == len(set(got)), "an event came twice"
    return got


@pytest.mark.timeout(120)
async def test_concurrent_senders_are_each_in_order_and_heard_once(wide: Running) -> None:
    server, people = wide
    processes = len(server.ports)
    visitors = [Visitor(server, people.inbox, port=n % processes) for n in range(VISITORS)]
    for dee in visitors:
        await dee.say("alku")
    desks = [await desk(server, people.ben, port=port) for port in range(processes)]
    tabs = [await dee.connect() for dee in visitors]
    for stream in [*desks, *tabs]:
        await stream.next("welcome")

    results = await asyncio.gather(*(_send_all(dee, _texts(n)) for n, dee in enumerate(visitors)))

    everything = {pk for result in results for pk in result.values()}
    _check_stored(server, {pair: pk for result in results for pair, pk in result.items()})
    for stream in desks:
        got = await _sees(stream, everything)
        for result in results:
            own = list(result.values())
            assert [pk for pk in got if pk in own] == own, "a conversation's messages came in another order"
    for tab, result in zip(tabs, results, strict=True):
        own = list(result.values())
        assert [pk for pk in await _sees(tab, set(own)) if pk in own] == own


@pytest.mark.timeout(90)
@pytest.mark.skipif(not ON_SERVERS, reason="Several processes need PostgreSQL and Redis.")
async def test_processes_share_typing_presence_and_new_visitors(wide: Running) -> None:
    server, people = wide
    agent = await desk(server, people.ben, port=1)
    await agent.next("presence")
    here, there = Visitor(server, people.inbox, port=0), Visitor(server, people.inbox, port=1)
    tab = await here.connect()
    welcome = await tab.next("welcome")
    assert welcome["online"] is True
    here.token = there.token = welcome["token"]

    said = (await there.say("toisesta prosessista")).json()
    assert (await tab.next("event", kind="message"))["message"]["id"] == said["message"]["id"]
    await agent.send(type="watch", conversation=said["conversation"]["id"])
    await agent.next("viewing")
    await tab.send(type="typing")
    await agent.next("typing")
    await agent.send(type="typing", conversation=said["conversation"]["id"], kind="reply")
    await tab.next("typing")


async def test_stopping_closes_sockets_in_order_and_finishes_what_it_began(fresh: Running) -> None:
    server, people = fresh
    dee = Visitor(server, people.inbox)
    await dee.say("hei")
    tab = await dee.connect()
    await tab.next("welcome")

    sending = [asyncio.create_task(dee.say(f"juuri ennen {n}")) for n in range(10)]
    await asyncio.sleep(0.02)
    await asyncio.to_thread(server.stop)

    answers = [
        answer
        for answer in await asyncio.gather(*sending, return_exceptions=True)
        if not isinstance(answer, BaseException)
    ]
    stored = {pk for (pk,) in server.rows("SELECT id FROM conversations_message")}
    assert {answer.json()["message"]["id"] for answer in answers if answer.is_success} <= stored
    await tab.socket.wait_closed()
    assert tab.socket.close_code == 1012
