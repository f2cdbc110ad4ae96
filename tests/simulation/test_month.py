"""A month in seconds: the widget tells the truth at every instant, nobody is forgotten, and only customers end."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
import time_machine
from django.db import connection

from aspa.core.conversations.models import Conversation, Event
from aspa.kit import clock
from aspa.kit.bus import bus, memory
from aspa.service.routing.models import Offer
from aspa.web.live import presence
from tests.cast import Cast
from tests.simulation import truth
from tests.simulation.truth import BEGIN, Chat
from tests.simulation.world import PATIENCE, World, messages

pytestmark = pytest.mark.django_db(transaction=True)

SEED, CONTACTS = 2027, 40
# The heartbeat runs out, the page has half a minute to come back, and a minute goes by until somebody looks.
NOTICED = PATIENCE + dt.timedelta(seconds=30 + 60)


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Iterator[time_machine.Traveller]:
    """A standing clock, also for what lives for a while on the bus."""
    if connection.vendor != "sqlite":
        pytest.skip("Valkey's own clock can't be moved.")
    with time_machine.travel(BEGIN, tick=False) as standing:
        monkeypatch.setattr(memory, "time", SimpleNamespace(monotonic=lambda: clock.now().timestamp()))
        yield standing
    for key in bus.find(""):
        bus.drop(key)


class Watcher:
    """Compares what the product says with what is true, each time that everything has come to rest."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.seen: Counter[str] = Counter()

    def look(self) -> None:
        chats = [
            Chat(*row)
            for row in Conversation.objects.exclude(status="closed").values_list(
                "pk", "inbox", "status", "assignee", "waiting_since"
            )
        ]
        self._widget_tells_the_truth(chats)
        self._nobody_is_forgotten(chats)
        self._nobody_has_too_much(chats)

    def _widget_tells_the_truth(self, chats: list[Chat]) -> None:
        now, workers = self.world.now, self.world.workers.values()
        inboxes = [self.world.shop, self.world.night]
        told = presence.look(inboxes)
        for inbox in inboxes:
            calendar = self.world.calendars[inbox.pk]
            value = told[inbox.pk].value
            true = truth.state(inbox.pk, calendar, workers, chats, now, PATIENCE)
            assert value["state"] == true, (now, inbox.name)
            assert value["online"] == (true in ("open", "full"))
            opens = dt.datetime.fromisoformat(value["opens"]) if value["opens"] else None
            assert opens == (calendar.opens(now) if true == "closed" else None), (now, inbox.name)
            here = [one.pk for one in workers if inbox.pk in one.inboxes and one.is_here(now, PATIENCE)]
            shown = {agent["name"] for agent in value["agents"]}
            assert shown <= {self.world.agents[pk].public_name for pk in here}
            assert len(shown) == (min(3, len(here)) if value["online"] else 0)
            queued = sorted((chat for chat in chats if chat.inbox == inbox.pk and truth.is_queued(chat)), key=_turn)
            length = len(queued) if value["online"] else 0
            assert value["queue"]["length"] == length
            assert sorted(place["position"] for place in told[inbox.pk].places.values()) == [*range(1, length + 1)]
            self.seen[true] += 1

    def _nobody_is_forgotten(self, chats: list[Chat]) -> None:
        now, workers = self.world.now, self.world.workers
        offered = dict(Offer.objects.values_list("conversation", "agent"))
        for chat in chats:
            if chat.waits_since is None or not self.world.calendars[chat.inbox].has_been_open(now, NOTICED):
                continue
            if chat.assignee is not None and now - chat.waits_since > NOTICED:
                assert workers[chat.assignee].may_keep(now, NOTICED), (now, chat, workers[chat.assignee])
            elif chat.assignee is None and chat.pk not in offered and now - chat.waits_since > dt.timedelta(seconds=60):
                free = [
                    one.pk
                    for one in workers.values()
                    if chat.inbox in one.inboxes
                    and one.is_here(now, PATIENCE)
                    and one.chosen == "available"
                    and one.pk not in offered.values()
                    and sum(other.assignee == one.pk and other.status == "open" for other in chats) < one.room
                ]
                assert not free, (now, chat, free)
                self.seen["queued"] += 1

    def _nobody_has_too_much(self, chats: list[Chat]) -> None:
        for one in self.world.workers.values():
            mine = [chat for chat in chats if chat.assignee == one.pk]
            assert all(chat.inbox in one.inboxes for chat in mine)


def _turn(chat: Chat) -> tuple[dt.datetime, int]:
    assert chat.waits_since is not None
    return chat.waits_since, chat.pk


@pytest.mark.timeout(900)
def test_a_month(cast: Cast, time: time_machine.Traveller) -> None:
    world = World(cast, time, SEED, CONTACTS)
    watcher = Watcher(world)
    world.run(watcher.look)

    # Everything that can be told was told, many times.
    assert {"open", "closed", "nobody", "full", "queued"} <= set(watcher.seen), watcher.seen
    conversations = {one.pk: one for one in Conversation.objects.all()}
    assert len(conversations) >= CONTACTS

    receipts = Counter(messages("receipt"))
    assert set(receipts) == set(conversations) and set(receipts.values()) == {1}, "one each, never two"

    ended = Event.objects.filter(kind__in=("ended", "set_aside")).values_list("by_contact", "agent", "data")
    assert all(agent is None for _by_contact, agent, _data in ended)
    assert all(by_contact or data["how"] == "silence" for by_contact, _agent, data in ended)
    silent = [data for by_contact, _agent, data in ended if not by_contact]
    assert silent and set(messages("closed_by_silence")) <= set(messages("reminded"))
    assert Event.objects.filter(kind="reopened", by_contact=True).exists()

    left = [one for one in conversations.values() if one.is_waiting_for_us]
    assert not left, "whoever waited was answered in the end"
