"""A conversation that was merged into one of another inbox of the brand goes on in the widget, live and after a cut."""

from __future__ import annotations

import pytest

from testing.installation import Installation, People
from tests.live.conftest import Visitor, agent_says, desk

Running = tuple[Installation, People]

SECOND_INBOX = """
import django; django.setup()
from aspa.core.inboxes.models import Inbox
first = Inbox.objects.get(public_id="{inbox}")
print(Inbox.objects.create(brand=first.brand, name="Palautukset", channel="webchat").public_id)
"""

MERGE = """
import django; django.setup()
from aspa.core.conversations import joining
from aspa.core.conversations.models import Conversation
from aspa.core.people.models import Agent
find = Conversation.objects.get
joining.merge(find(pk={source}), into=find(pk={target}), by=Agent.objects.get(name="Ada Aalto"))
"""


@pytest.fixture(scope="module")
def returns(running: Running) -> str:
    """The brand's second chat, where only Ada answers."""
    server, people = running
    return server.run(SECOND_INBOX.format(inbox=people.inbox)).strip()


async def two_conversations(running: Running, returns: str) -> tuple[Visitor, Visitor, int, int]:
    """Dee on the pages of both chats, with what she has begun in each."""
    server, people = running
    dee, there = Visitor(server, people.inbox), Visitor(server, returns)
    one = (await dee.say("Missä pakettini on?")).json()["conversation"]["id"]
    there.token = dee.token
    other = (await there.say("Haluan palauttaa.")).json()["conversation"]["id"]
    return dee, there, one, other


async def test_what_is_written_after_the_merge_is_heard_at_once(running: Running, returns: str) -> None:
    server, people = running
    dee, _there, one, other = await two_conversations(running, returns)
    tab = await dee.connect()
    await tab.next("welcome")
    agent, stranger = await desk(server, people.ada), await desk(server, people.ben)
    for stream in (agent, stranger):
        await stream.next("presence")
    await agent.send(type="watch", conversation=other)
    await agent.next("viewing")

    server.run(MERGE.format(source=one, target=other))
    assert (await tab.next("event", kind="conversation"))["conversation"]["ended_how"] == "merged"
    assert (await tab.next("event"))["conversation"]["id"] == other

    await agent.send(type="typing", conversation=other, kind="reply")
    assert (await tab.next("typing"))["agent"]["name"] == "Ada Aalto"
    answer = await agent_says(server, people.ada, other, "Molemmat tulevat huomenna.")
    assert answer.is_success, answer.text
    said = await tab.next("event", kind="message")
    while said["message"]["from"] != "agent":
        said = await tab.next("event", kind="message")
    assert said["message"]["text"] == "Molemmat tulevat huomenna."

    await stranger.quiet()
    await tab.send(type="typing")
    assert (await agent.next("typing"))["conversation"] == other
    heard = [frame for frame in await stranger.quiet() if frame["type"] == "typing"]
    assert not heard, "Ben doesn't read the other inbox"


async def test_what_was_missed_is_told_on_coming_back(running: Running, returns: str) -> None:
    server, people = running
    dee, _there, one, other = await two_conversations(running, returns)
    server.run(MERGE.format(source=one, target=other))
    tab = await dee.connect()
    welcome = await tab.next("welcome")
    assert welcome["conversation"]["id"] == other
    await tab.close()

    await agent_says(server, people.ada, other, "Tänne vastattiin.")

    back = await dee.connect(after=welcome["cursor"])
    assert (await back.next("welcome"))["resumed"] is True
    missed = await back.next("event", kind="message")
    while missed["message"]["from"] != "agent":
        missed = await back.next("event", kind="message")
    assert missed["message"]["text"] == "Tänne vastattiin."
    polled = (await dee.get(f"events?after={welcome['cursor']}")).json()["events"]
    assert "Tänne vastattiin." in [event["message"]["text"] for event in polled if event["kind"] == "message"]


async def test_an_unmerged_conversation_of_another_inbox_is_not_heard(running: Running, returns: str) -> None:
    dee, there, _one, other = await two_conversations(running, returns)
    tab = await dee.connect()
    await tab.next("welcome")

    await there.say("Vielä palautuksesta.")

    # Of the conversation here something may still come: its receipt.
    heard = [frame["conversation"]["id"] for frame in await tab.quiet(1.5) if frame["type"] == "event"]
    assert other not in heard
    assert other not in [event["conversation"]["id"] for event in (await dee.get("events?after=0.0")).json()["events"]]


async def test_its_files_open_in_both_chats_and_in_no_other_brand(running: Running, returns: str) -> None:
    server, people = running
    dee, there, one, other = await two_conversations(running, returns)
    file = await there.http.post(
        f"{there.base}/attachments", content=b"kuitti", headers={**there.headers, "X-File-Name": "kuitti.txt"}
    )
    await there.say("Tässä kuitti.", attachments=[file.json()["id"]])
    server.run(MERGE.format(source=one, target=other))

    path = f"attachments/{file.json()['id']}/kuitti.txt"
    assert (await dee.get(path)).content == b"kuitti"
    assert (await Visitor(server, people.other_inbox).get(path, Origin="http://metsa.example")).status_code == 404
