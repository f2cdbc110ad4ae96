"""Who is at work: a key for each open desk, kept alive by its heartbeat. And what of it the customers are told."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
import json
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from aspa.channels.webchat import spoken
from aspa.core.people.models import Agent
from aspa.kit.bus import bus
from aspa.service.bot.greeting import Greetings, greetings
from aspa.service.routing import availability, measuring
from aspa.service.routing.present import ALIVE, CHANGED, PREFIX, effective

if TYPE_CHECKING:
    from aspa.core.inboxes.models import Inbox
    from aspa.service.routing.availability import Availability
    from aspa.web.live.database import Threads

# How long an agent's next page may take to load before they count as gone.
TURNING = 5.0
# How long what is told of an inbox is believed when nothing says that it has changed: hours begin and end by themselves.
KEPT = 5.0
# What has only just been computed isn't computed again, whatever has changed.
FRESH = 0.2
# How long the queue is concerns those who aren't in it less: thousands are told of that alone only so often.
QUEUE_EVERY = 5.0


async def beat(agent: Agent, desk: str, chosen: str, *, idle: bool) -> bool:
    """This desk of the agent's is still open. Tells the others when that is news, and returns whether it is."""
    key = f"{PREFIX}{agent.pk}:{desk}"
    before = await bus.aget(key)
    now = {"id": agent.pk, "name": agent.name, "initials": agent.initials, "state": chosen, "idle": idle}
    await bus.aput(key, now, ALIVE)
    if before == now:
        return False
    await bus.apublish(CHANGED, {})
    return True


async def leave(agent: Agent, desk: str) -> None:
    """This desk has closed, often for the agent's next page: they count as present for as long as that may take."""
    key = f"{PREFIX}{agent.pk}:{desk}"
    now = await bus.aget(key)
    if now is not None:
        await bus.aput(key, now, TURNING)
        await asyncio.sleep(TURNING)
        await bus.apublish(CHANGED, {})


async def state_of(agent: Agent) -> str:
    """What the agent is in effect, by all of their desks."""
    return effective((await bus.afind(f"{PREFIX}{agent.pk}:")).values())


@dataclasses.dataclass(frozen=True, slots=True)
class Told:
    """What an inbox's widgets are told. `value` is a part of the welcome, `frame` the same as it was last pushed.

    `places` by contact: their place in the queue. `greetings` by language: of the bot, where it comes first.
    """

    value: dict[str, Any]
    frame: str
    places: dict[int, dict[str, Any]]
    greetings: Greetings = dataclasses.field(default_factory=dict)

    @property
    def but_the_queue(self) -> dict[str, Any]:
        return {key: value for key, value in self.value.items() if key != "queue"}


class Board:
    """What the widgets of each inbox are told now: computed once, however many ask or listen."""

    def __init__(self, threads: Threads) -> None:
        self._threads = threads
        self._told: dict[int, Told] = {}
        self._looked: dict[int, float] = {}
        self._looking: dict[int, asyncio.Task[None]] = {}
        self._renewed: dict[int, float] = {}
        self._changed = 0.0

    def changed(self) -> None:
        """Something happened on which availability depends."""
        self._changed = time.monotonic()

    async def of(self, inbox: Inbox) -> Told:
        if not self._is_fresh(inbox.pk):
            looking = self._looking.get(inbox.pk)
            if looking is None:
                looking = self._looking[inbox.pk] = asyncio.ensure_future(self._look([inbox]))
                looking.add_done_callback(lambda _: self._looking.pop(inbox.pk, None))
            # Whoever goes away meanwhile doesn't stop it for the others.
            await asyncio.shield(looking)
        return self._told[inbox.pk]

    async def refresh(self, inboxes: Iterable[Inbox]) -> dict[int, Told]:
        """Compute it anew for all of these, together."""
        wanted = list(inboxes)
        if wanted:
            await self._look(wanted)
        return {inbox.pk: self._told[inbox.pk] for inbox in wanted}

    def _is_fresh(self, inbox_id: int) -> bool:
        now, looked = time.monotonic(), self._looked.get(inbox_id, float("-inf"))
        return now - looked < (FRESH if looked < self._changed else KEPT)

    async def _look(self, inboxes: list[Inbox]) -> None:
        begun = time.monotonic()
        for inbox_id, told in (await self._threads.read(look, inboxes)).items():
            self._told[inbox_id] = self._newest(inbox_id, told, begun)
            self._looked[inbox_id] = begun

    def _newest(self, inbox_id: int, told: Told, now: float) -> Told:
        """What to tell from now on: with the same frame as before where nothing new is worth telling to everybody."""
        before = self._told.get(inbox_id)
        if before is None:
            self._renewed[inbox_id] = now
            return told
        is_due = before.frame != told.frame and now - self._renewed[inbox_id] >= QUEUE_EVERY
        if is_due or before.but_the_queue != told.but_the_queue:
            self._renewed[inbox_id] = now
            return told
        return dataclasses.replace(told, frame=before.frame)


def look(inboxes: list[Inbox]) -> dict[int, Told]:
    """Ask now."""
    found = availability.of_all(inboxes)
    greeted = greetings(inboxes, found)
    return {pk: dataclasses.replace(told(one), greetings=greeted.get(pk, {})) for pk, one in found.items()}


def told(found: Availability) -> Told:
    """In the chat protocol's words (docs/chat-protocol.md)."""
    value = {
        "online": found.is_offered,
        "state": found.state,
        "agents": [spoken.agent(agent) for agent in found.agents],
        "opens": found.opens.astimezone(dt.UTC).isoformat() if found.opens else None,
        "queue": {"length": len(found.queue), "wait": found.wait},
        "otherwise": [dataclasses.asdict(way) for way in found.otherwise],
    }
    places = {
        place.contact: {"position": place.position, "wait": measuring.expected(found.pace, place.position)}
        for place in reversed(found.queue)
    }
    return Told(value, _json({"type": "presence", **value}), places)


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
