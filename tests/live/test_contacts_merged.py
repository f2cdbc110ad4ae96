"""Two records of one customer become one, and two again: each open widget goes on hearing what is its own."""

from __future__ import annotations

import pytest
import websockets

from testing.installation import Installation, People
from tests.live.conftest import Visitor, agent_says

Running = tuple[Installation, People]

MERGE = """
import django; django.setup()
from aspa.core.conversations.models import Conversation
from aspa.core.people.models import Agent
from aspa.service.merging import merging
whose = lambda pk: Conversation.objects.get(pk=pk).contact
print(merging.merge(whose({source}), into=whose({target}), by=Agent.objects.get(name="Ada Aalto"), reason="Sama").pk)
"""

UNMERGE = """
import django; django.setup()
from aspa.core.people.models import Agent
from aspa.service.merging import merging
from aspa.service.merging.models import Merge
merging.unmerge(Merge.objects.get(pk={merge}), by=Agent.objects.get(name="Ada Aalto"))
"""


async def test_a_widget_hears_on_after_a_merge_and_nothing_of_the_other_after_its_undo(running: Running) -> None:
    server, people = running
    phone, laptop = Visitor(server, people.inbox), Visitor(server, people.inbox)
    one = (await phone.say("puhelimelta")).json()["conversation"]["id"]
    other = (await laptop.say("koneelta")).json()["conversation"]["id"]
    tab = await phone.connect()
    start = (await tab.next("welcome"))["cursor"]
    assert [frame for frame in await tab.quiet(0.2) if frame["type"] == "event" and "koneelta" in str(frame)] == []

    merge = server.run(MERGE.format(source=one, target=other)).strip()
    with pytest.raises(websockets.ConnectionClosed):
        await tab.next("never")
    answer = await agent_says(server, people.ada, one, "Vastaus puhelimelle")
    assert answer.is_success, answer.text
    back = await phone.connect(after=start)
    assert (await back.next("welcome"))["resumed"] is True
    heard = await back.next("event", kind="message")
    while heard["message"]["from"] != "agent":
        heard = await back.next("event", kind="message")
    assert heard["message"]["text"] == "Vastaus puhelimelle", "what was said while it was away is told"
    assert (await phone.say("jatkan")).is_success

    server.run(UNMERGE.format(merge=merge))
    with pytest.raises(websockets.ConnectionClosed):
        await back.next("never")
    alone = await phone.connect(after=start)
    await alone.next("welcome")
    assert (await agent_says(server, people.ada, other, "Vain koneelle")).is_success
    assert "koneelle" not in str(await alone.quiet())
    seen = (await phone.get("events")).json()
    assert seen["conversation"]["id"] == one
    assert "koneelta" not in str(seen["messages"])
