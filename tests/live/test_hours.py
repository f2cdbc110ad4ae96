"""What the widget says about being open is what the calendar says, from the moment the calendar changes."""

from __future__ import annotations

import datetime as dt

import httpx

from testing.installation import Installation, People
from tests.live.conftest import Visitor, desk

CLOSED = {"country": ""}
OPEN = CLOSED | {f"day{number}": "0-24" for number in range(7)}


async def set_hours(server: Installation, people: People, week: dict[str, str]) -> None:
    """As the owner does it in the settings."""
    name, _equals, value = people.ada.partition("=")
    async with httpx.AsyncClient(base_url=server.url, cookies={name: value}, timeout=60) as owner:
        page = f"/settings/brands/{brand_id(server, people)}/hours/"
        await owner.get(page)
        answer = await owner.post(page, data=week, headers={"X-CSRFToken": owner.cookies["aspa_csrf"]})
        assert answer.status_code == 302, answer.text[-2000:]


def brand_id(server: Installation, people: People) -> int:
    ((found,),) = server.rows(f"SELECT id FROM inboxes_brand WHERE slug = '{people.slug}'")
    return int(found)


async def test_open_widgets_learn_at_once_that_it_has_closed_and_opened(running: tuple[Installation, People]) -> None:
    server, people = running
    agent = await desk(server, people.ben)
    await agent.next("presence")
    dee = Visitor(server, people.inbox)
    tab = await dee.connect()
    assert (await tab.next("welcome"))["online"] is True

    another_day = (dt.datetime.now(dt.UTC).weekday() + 3) % 7
    await set_hours(server, people, CLOSED | {f"day{another_day}": "9-10"})
    told = await tab.next("presence", online=False)
    assert told["agents"] == []
    opens = dt.datetime.fromisoformat(told["opens"])
    assert opens > dt.datetime.now(dt.UTC)
    assert opens.weekday() == another_day

    async with httpx.AsyncClient(base_url=server.url, timeout=60) as visitor:
        config = (await visitor.get(f"/chat/v1/{people.inbox}/config?lang=fi")).json()
    assert (config["online"], config["opens"]) == (False, told["opens"])

    await set_hours(server, people, OPEN)
    await tab.next("presence", online=True)
