"""The chat over real sockets: both directions, resuming, second tabs, the fallback without sockets."""

from __future__ import annotations

import asyncio
import time
import uuid

import jwt
import pytest
import websockets

from testing.installation import Installation, People
from tests.live.conftest import Stream, Visitor, desk

Running = tuple[Installation, People]


async def test_a_message_reaches_the_desk_and_both_own_tabs(running: Running) -> None:
    server, people = running
    dee = Visitor(server, people.inbox)
    agent = await desk(server, people.ben)
    await agent.next("welcome")
    tab = await dee.connect()
    welcome = await tab.next("welcome")
    assert welcome["conversation"] is None
    dee.token = welcome["token"]
    second = await dee.connect()
    await second.next("welcome")

    answer = await dee.say("Missä pakettini on?")

    assert answer.status_code == 201
    message = answer.json()["message"]
    await agent.next("event", kind="received", message_id=message["id"])
    for stream in (tab, second):
        assert (await stream.next("event", kind="message"))["message"] == message
        receipt = await stream.next("event", kind="message")
        assert answer.json()["conversation"]["reference"] in receipt["message"]["text"]


async def test_the_same_client_id_is_one_message(running: Running) -> None:
    server, people = running
    dee = Visitor(server, people.inbox)
    client_id = str(uuid.uuid4())
    await dee.say("eka")

    answers = await asyncio.gather(*(dee.say("Kerran vain", client_id=client_id) for _ in range(8)))

    assert sorted(answer.status_code for answer in answers) == [200] * 7 + [201]
    assert len({answer.json()["message"]["id"] for answer in answers}) == 1


async def test_a_lost_network_loses_nothing(running: Running) -> None:
    server, people = running
    dee = Visitor(server, people.inbox)
    await dee.say("alku")
    first = await dee.connect()
    cursor = (await first.next("welcome"))["cursor"]
    await first.close()
    missed = [(await dee.say(f"viesti {number}")).json()["message"]["id"] for number in range(5)]

    back = await dee.connect(after=cursor)

    assert (await back.next("welcome"))["resumed"] is True
    got: list[int] = []
    while not set(missed) <= set(got):
        got.append((await back.next("event", kind="message"))["message"]["id"])
    assert [pk for pk in got if pk in missed] == missed
    assert len(got) == len(set(got))


async def test_the_desk_resumes_where_it_was(running: Running) -> None:
    server, people = running
    dee = Visitor(server, people.inbox)
    agent = await desk(server, people.ben)
    cursor = (await agent.next("welcome"))["cursor"]
    await agent.close()
    missed = (await dee.say("Oletko siellä?")).json()["message"]["id"]

    back = await desk(server, people.ben, after=cursor)

    while (await back.next("event"))["message_id"] != missed:
        pass


async def test_where_sockets_are_blocked_the_same_events_come_by_get(running: Running) -> None:
    server, people = running
    dee = Visitor(server, people.inbox)
    await dee.say("hei")
    state = (await dee.get("events")).json()
    assert state["messages"][0]["text"] == "hei"

    said = asyncio.create_task(_say_in_a_moment(dee, "vielä yksi"))
    # The receipt comes by the same way, before it or after it.
    cursor, got = state["cursor"], list[int]()
    while not said.done() or said.result() not in got:
        answer = await asyncio.wait_for(dee.get(f"events?after={cursor}&wait=10"), 60)
        cursor = answer.json()["cursor"]
        got += [event["message"]["id"] for event in answer.json()["events"] if event["kind"] == "message"]
    assert len(got) == len(set(got))


async def _say_in_a_moment(visitor: Visitor, text: str) -> int:
    await asyncio.sleep(0.5)
    return int((await visitor.say(text)).json()["message"]["id"])


async def test_typing_and_reading_go_both_ways(running: Running) -> None:
    server, people = running
    dee = Visitor(server, people.inbox)
    said = (await dee.say("hei")).json()
    tab = await dee.connect()
    await tab.next("welcome")
    agent = await desk(server, people.ben)
    await agent.next("welcome")
    await agent.send(type="watch", conversation=said["conversation"]["id"])
    await agent.next("viewing")

    await tab.send(type="typing")
    assert (await agent.next("typing"))["side"] == "contact"
    await agent.send(type="typing", conversation=said["conversation"]["id"], kind="reply")
    assert (await tab.next("typing"))["agent"]["name"] == "Ben Berg"
    await agent.send(type="typing", conversation=said["conversation"]["id"], kind="note")
    assert not [frame for frame in await tab.quiet() if frame["type"] == "typing"], (
        "a note's typing is not for the customer"
    )
    await tab.send(type="read", message_id=said["message"]["id"])
    await agent.next("event", kind="read")


async def test_the_customer_ends_and_opens_again(running: Running) -> None:
    server, people = running
    dee = Visitor(server, people.inbox)
    await dee.say("hei")

    ended = (await dee.post("end", {})).json()["conversation"]
    assert (ended["status"], ended["ended_how"]) == ("closed", "customer")
    opened = (await dee.post("reopen", {})).json()["conversation"]
    assert (opened["status"], opened["id"]) == ("open", ended["id"])


async def test_presence_follows_the_desk(running: Running) -> None:
    server, people = running
    dee = Visitor(server, people.inbox)
    agent = await desk(server, people.ben)
    await agent.next("presence")
    tab = await dee.connect()
    assert (await tab.next("welcome"))["online"] is True

    await agent.send(type="idle", idle=True)
    await tab.next("presence", online=False, state="nobody")
    await agent.send(type="idle", idle=False)
    await tab.next("presence", online=True, state="open")

    # From one page to the next nobody is gone.
    await agent.close()
    agent = await desk(server, people.ben)
    assert not [frame for frame in await tab.quiet(7) if frame["type"] == "presence"]
    await agent.close()
    await tab.next("presence", online=False)


async def test_an_agent_in_the_settings_is_present(running: Running) -> None:
    server, people = running
    dee = Visitor(server, people.inbox)
    tab = await dee.connect()
    await tab.next("welcome")
    # Those pages show nothing of conversations and ask for no events: no hello.
    socket = await websockets.connect(
        server.url.replace("http", "ws") + "/live/desk",
        origin=server.url,  # type: ignore[arg-type]
        additional_headers={"Cookie": people.ben},
    )
    settings = Stream(socket)

    await settings.send(type="ping", idle=False)
    assert "Ben Berg" in str(await tab.next("presence", online=True))
    await dee.say("hei")
    assert not [frame for frame in await settings.quiet() if frame["type"] == "event"]


async def test_an_outsider_hears_nothing(running: Running) -> None:
    server, people = running
    dee = Visitor(server, people.inbox)
    outsider = await desk(server, people.cy)
    await outsider.next("welcome")
    said = (await dee.say("yksityistä")).json()
    await outsider.send(type="watch", conversation=said["conversation"]["id"])
    tab = await dee.connect()
    await tab.next("welcome")
    await tab.send(type="typing")

    assert [frame for frame in await outsider.quiet(1.5) if frame["type"] in ("event", "typing", "viewing")] == []
    stranger = Visitor(server, people.inbox)
    assert (await stranger.get("events")).json()["messages"] == []
    assert (await stranger.post("end", {})).status_code == 404


async def test_who_follows_is_told_when_the_customer_writes(running: Running) -> None:
    server, people = running
    dee = Visitor(server, people.inbox)
    conversation = (await dee.say("hei")).json()["conversation"]["id"]
    server.run(FOLLOW.format(conversation=conversation))
    agent, owner = await desk(server, people.ben), await desk(server, people.ada)
    for stream in (agent, owner):
        await stream.next("presence")

    await dee.say("ja vielä")

    assert (await agent.next("event", kind="received"))["notify"]["url"] == f"/desk/conversations/{conversation}/"
    assert (await owner.next("event", kind="received"))["notify"] is None, "somebody else's, and not followed"


FOLLOW = """
import django; django.setup()
from aspa.core.conversations import triage
from aspa.core.conversations.models import Conversation
from aspa.core.people.models import Agent
conversation = Conversation.objects.get(pk={conversation})
helper = Agent.objects.create_user("eve@aspa.example", name="Eve", is_owner=True)
triage.assign(conversation, by=None, to=helper)
triage.follow(conversation, agent=Agent.objects.get(name="Ben Berg"), on=True)
"""


async def test_notes_never_reach_the_customer(running: Running) -> None:
    server, people = running
    dee = Visitor(server, people.inbox)
    conversation = (await dee.say("hei")).json()["conversation"]["id"]
    tab = await dee.connect()
    await tab.next("welcome")
    await tab.quiet(1)

    server.run(NOTE.format(conversation=conversation))

    heard = await tab.quiet(1.5)
    # Agents of the tests before may only now be gone, and on PostgreSQL the customer's own message is told again when
    # other tests' transactions have ended.
    assert [frame for frame in heard if frame.get("message", {"from": "contact"})["from"] == "agent"] == []
    assert "salainen" not in str(heard)
    assert "salainen" not in (await dee.get("events")).text


NOTE = """
import django; django.setup()
from aspa.core.conversations import replies
from aspa.core.conversations.models import Conversation
from aspa.core.people.models import Agent
replies.note(Conversation.objects.get(pk={conversation}), by=Agent.objects.get(name="Ada Aalto"), body="salainen")
"""


async def test_the_shop_vouches_for_its_customer(running: Running) -> None:
    server, people = running
    signed = jwt.encode(
        {"sub": f"c-{uuid.uuid4()}", "name": "Dee Dahl", "aud": people.slug, "exp": 4102444800}, people.identity_secret
    )
    dee = Visitor(server, people.inbox)
    assert (
        await dee.say(
            "hei",
        )
    ).status_code == 201
    too_long_lived = await dee.post("messages", {"client_id": "a1", "text": "hei"}, **{"X-Identity": signed})
    assert too_long_lived.status_code == 401

    good = _signed(people)
    phone, laptop = Visitor(server, people.inbox), Visitor(server, people.inbox)
    first = await phone.post("messages", {"client_id": "p1", "text": "puhelimelta"}, **{"X-Identity": good})
    second = await laptop.post("messages", {"client_id": "l1", "text": "koneelta"}, **{"X-Identity": good})

    assert first.json()["conversation"]["id"] == second.json()["conversation"]["id"]


async def test_the_browser_alone_does_not_open_a_customers_chats(running: Running) -> None:
    server, people = running
    dee = Visitor(server, people.inbox)
    signed = {"X-Identity": _signed(people, sub=f"c-{uuid.uuid4()}")}
    begun = (await dee.say("ennen kirjautumista")).json()
    tab = await dee.connect()
    await tab.next("welcome")
    own = (await dee.post("messages", {"client_id": "s1", "text": "salainen"}, **signed)).json()
    assert own["conversation"]["id"] == begun["conversation"]["id"], "what was begun before signing in goes on"
    with pytest.raises(websockets.ConnectionClosed):
        await tab.next("event", kind="nothing")

    # Signed out; somebody else sits down.
    tab = await dee.connect()
    assert (await tab.next("welcome"))["conversation"] is None
    assert (await dee.get("events")).json()["conversation"] is None
    assert (await dee.get(f"history?before={own['message']['id'] + 1}")).json()["messages"] == []
    await dee.post("messages", {"client_id": "s2", "text": "vielä salainen"}, **signed)
    assert not [frame for frame in await tab.quiet() if frame["type"] == "event"]
    other = (await dee.say("kuka tahansa")).json()
    assert other["conversation"]["id"] != own["conversation"]["id"]
    assert (await tab.next("event", kind="message"))["message"]["id"] == other["message"]["id"]
    assert [one["text"] for one in (await dee.get("events")).json()["messages"] if one["from"] == "contact"] == [
        "kuka tahansa"
    ]

    back = (await dee.get("events", **signed)).json()
    assert back["conversation"]["id"] == own["conversation"]["id"]
    texts = [one["text"] for one in back["messages"] if one["from"] == "contact"]
    assert texts == ["ennen kirjautumista", "salainen", "vielä salainen"]


@pytest.mark.parametrize("change", [{"aud": "metsa"}, {"exp": 1}, {"sub": ""}])
async def test_a_signed_identity_must_be_ours_and_fresh(running: Running, change: dict[str, object]) -> None:
    server, people = running
    dee = Visitor(server, people.inbox)

    answer = await dee.post("messages", {"client_id": "x1", "text": "hei"}, **{"X-Identity": _signed(people, **change)})

    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "bad_identity"


def _signed(people: People, **change: object) -> str:
    claims = {"sub": "c-1", "name": "Dee Dahl", "aud": people.slug, "exp": int(time.time()) + 3600, **change}
    return jwt.encode(claims, people.identity_secret)
