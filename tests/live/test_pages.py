"""The desk sees on which page of the shop its customer is, as long as the chat is open there."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from testing.installation import Installation, People
from tests.live.conftest import Stream, Visitor, desk

Running = tuple[Installation, People]

SWEATER = {"url": "https://shop.example/villapaita", "title": "Villapaita"}
CART = {"url": "https://shop.example/kori", "title": "Ostoskori"}


@pytest.fixture
async def begun(running: Running) -> tuple[Visitor, Stream, int]:
    """Dee has written on the sweater's page; Ben has the conversation open."""
    server, people = running
    dee = Visitor(server, people.inbox)
    conversation = (await dee.say("Onko tätä sinisenä?", page=SWEATER)).json()["conversation"]["id"]
    agent = await desk(server, people.ben)
    await agent.send(type="watch", conversation=conversation)
    await agent.next("viewing")
    return dee, agent, conversation


async def side(running: Running, conversation: int) -> str:
    server, people = running
    async with httpx.AsyncClient(base_url=server.url, headers={"Cookie": people.ben}, timeout=60) as http:
        return (await http.get(f"/desk/conversations/{conversation}/side")).text


async def test_the_page_follows_the_customer(running: Running, begun: Any) -> None:
    dee, agent, conversation = begun
    assert "Wrote on the page" in await side(running, conversation)

    tab = await dee.connect(page=CART)
    assert (await agent.next("page"))["conversation"] == conversation
    shown = await side(running, conversation)
    assert "On the page now" in shown
    assert CART["url"] in shown

    # A shop that changes its pages without loading them.
    await tab.send(type="ping", page=SWEATER)
    await agent.next("page")
    assert SWEATER["url"] in await side(running, conversation)

    await tab.close()
    await agent.next("page")
    assert "Wrote on the page" in await side(running, conversation)


async def test_who_writes_for_the_first_time_is_seen_where_they_are(running: Running) -> None:
    server, people = running
    dee = Visitor(server, people.inbox)
    tab = await dee.connect(page=CART)
    dee.token = (await tab.next("welcome"))["token"]
    conversation = (await dee.say("Miten maksan?", page=CART)).json()["conversation"]["id"]
    await tab.next("event", kind="message")

    async with asyncio.timeout(60):
        while "On the page now" not in await side(running, conversation):  # noqa: ASYNC110 (a page has no event)
            await asyncio.sleep(0.2)


async def test_of_two_tabs_the_one_turned_to_last_is_shown(running: Running, begun: Any) -> None:
    dee, agent, conversation = begun
    first = await dee.connect(page=SWEATER)
    await agent.next("page")
    second = await dee.connect(page=CART)
    await agent.next("page")

    await first.send(type="ping", page=SWEATER)
    await first.next("pong")
    assert CART["url"] in await side(running, conversation), "a tab in the background only says that it lives"

    await first.send(type="page", page=SWEATER)
    await agent.next("page")
    assert SWEATER["url"] in await side(running, conversation)

    # The other one closes: nothing changes.
    await second.close()
    assert not [frame for frame in await agent.quiet(9) if frame["type"] == "page"]


@pytest.mark.parametrize(
    "page", ["x", 7, {}, {"url": "javascript:alert(1)"}, {"url": ["https://a"]}, {"url": "https://a\u0000", "title": 7}]
)
async def test_what_is_no_page_is_none(running: Running, begun: Any, page: Any) -> None:
    dee, _agent, conversation = begun
    tab = await dee.connect(page=page)
    await tab.next("welcome")
    await tab.send(type="page", page=page)
    await tab.send(type="ping", page=page)
    await tab.next("pong")
    assert "javascript" not in await side(running, conversation)
