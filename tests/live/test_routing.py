"""A queue as the customers' widgets and the agents' desks see it."""

from __future__ import annotations

from typing import Any

from testing.installation import Installation, People
from tests.live.conftest import Stream, Visitor, agent_says, desk

ROUTED = """
import django; django.setup()
from aspa.core.inboxes.models import Inbox
from aspa.core.people.models import Agent
from aspa.service.routing import changes
from aspa.service.routing.models import Ability, Rules
inbox = Inbox.objects.get(public_id="{inbox}")
Rules.objects.update_or_create(inbox=inbox, defaults=dict(policy="{policy}"))
Inbox.objects.get_or_create(brand=inbox.brand, name="Form", channel="form")
Ability.objects.update_or_create(agent=Agent.objects.get(name="Ben Berg"), defaults=dict(live_room=1))
changes.settings_changed()
"""

NOBODY = {"type": "presence", "state": "nobody", "online": False, "agents": []}
FULL = {"type": "presence", "state": "full", "online": True}


async def comes(server: Installation, people: People, text: str) -> tuple[Visitor, Stream, int]:
    visitor = Visitor(server, people.inbox)
    said = (await visitor.say(text)).json()
    tab = await visitor.connect()
    return visitor, tab, said["conversation"]["id"]


async def hears(stream: Stream, *expected: dict[str, Any]) -> None:
    """All of these, in whatever order: the journal and the queue are told apart from each other."""
    missing = list(expected)
    while missing:
        frame = await stream.next()
        missing = [one for one in missing if not one.items() <= frame.items()]


async def test_a_queue_with_one_agent(to_itself: tuple[Installation, People]) -> None:
    server, people = to_itself
    server.run(ROUTED.format(inbox=people.inbox, policy="assign"))
    ben, cy = await desk(server, people.ben), await desk(server, people.cy)
    await ben.next("me", state="available", chosen="available")

    dee, _tab, conversation = await comes(server, people, "hei")
    given = await ben.next("event", kind="assigned", conversation=conversation)
    assert given["notify"]["url"] == f"/desk/conversations/{conversation}/"
    eve, second, asked = await comes(server, people, "jonossa")
    fay, third, _number = await comes(server, people, "minäkin")
    await second.next("place", place={"position": 1, "wait": None})
    await third.next("place", place={"position": 2, "wait": None})
    # Who comes back finds their place.
    again = await fay.connect()
    told = await again.next("welcome")
    assert (told["online"], told["state"], told["queue"]) == (True, "full", {"length": 2, "wait": None})
    assert told["place"] == {"position": 2, "wait": None}
    assert [way["kind"] for way in told["otherwise"]] == ["form"]

    await agent_says(server, people.ben, conversation, "Hei!")
    await dee.post("end", {})
    await hears(second, {"type": "place", "place": None}, {"type": "event", "kind": "conversation"})
    await third.next("place", place={"position": 1, "wait": None})

    # Ben takes no more: who waits for his answer is in the queue again, and he finds them there before those who came
    # later. While nobody serves the queue nobody is told a place in it.
    other = await desk(server, people.ben)
    await other.next("me")
    await ben.send(type="state", state="off")
    await other.next("me", chosen="off", state="off")
    await hears(second, NOBODY, {"type": "event", "kind": "conversation"})
    await third.next("place", place=None)
    await ben.send(type="state", state="available")
    await hears(second, FULL, {"type": "event", "kind": "conversation"})
    await third.next("place", place={"position": 1, "wait": None})

    # The other brand's agent heard nothing of it all.
    assert [frame for frame in await cy.quiet(0.5) if frame["type"] == "event"] == []
    await agent_says(server, people.ben, asked, "Olkaa hyvä!")
    for visitor in (eve, fay):
        await visitor.post("end", {})


async def test_an_offer_reaches_the_agent_it_is_made_to(to_itself: tuple[Installation, People]) -> None:
    server, people = to_itself
    server.run(ROUTED.format(inbox=people.inbox, policy="offer"))
    ben = await desk(server, people.ben)
    await ben.next("me")
    dee, _tab, conversation = await comes(server, people, "ottakaa tämä")
    offered = await ben.next("event", kind="offered", conversation=conversation)
    assert offered["notify"]["url"] == f"/desk/conversations/{conversation}/"
    ((agent,),) = server.rows("SELECT id FROM people_agent WHERE name = 'Ben Berg'")
    assert offered["to"] == agent
    await dee.post("end", {})
