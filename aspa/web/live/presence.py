"""Who is at work. A key for each open desk, kept alive by its heartbeat; without one it expires by itself."""

from __future__ import annotations

import asyncio
import datetime as dt
import time
from typing import TYPE_CHECKING, Any

from aspa.channels.webchat import spoken
from aspa.core.conversations import access
from aspa.core.people.models import Agent, Role
from aspa.kit import clock
from aspa.kit.bus import bus
from aspa.service.hours import calendars
from aspa.service.routing.present import AVAILABLE, PREFIX, merged

if TYPE_CHECKING:
    from aspa.core.inboxes.models import Inbox
    from aspa.web.live.database import Threads

# Two missed heartbeats of 25 seconds, and a little for the network.
ALIVE = 60.0
SHOWN = 3
# How long an agent's next page may take to load before they count as gone.
TURNING = 5.0


async def agents() -> list[dict[str, Any]]:
    """Everyone whose desk is open: {"id", "name", "initials", "state"}; available when any of their desks is."""
    return merged((await bus.afind(PREFIX)).values())


async def beat(agent: Agent, desk: str, state: str) -> None:
    """This desk of the agent's is still open. Tells the others when that is news."""
    key = f"{PREFIX}{agent.pk}:{desk}"
    before = await bus.aget(key)
    now = {"id": agent.pk, "name": agent.name, "initials": agent.initials, "state": state}
    await bus.aput(key, now, ALIVE)
    if before != now:
        await bus.apublish("presence", {})


async def leave(agent: Agent, desk: str) -> None:
    """This desk has closed, often for the agent's next page: they count as present for as long as that may take."""
    key = f"{PREFIX}{agent.pk}:{desk}"
    now = await bus.aget(key)
    if now is not None:
        await bus.aput(key, now, TURNING)
        await asyncio.sleep(TURNING)
        await bus.apublish("presence", {})


async def for_inbox(inbox: Inbox, threads: Threads) -> dict[str, Any]:
    """What customers are told: {"online", "agents": [at most three who can answer], "opens": ISO 8601 or None}.

    Online is open hours and somebody present, both; `opens` is when the hours begin next, while they are closed.
    """
    schedule = calendars.known(inbox)
    if schedule is None:
        schedule = await threads.read(calendars.schedule_of, inbox)
    now = clock.now()
    if not schedule.is_open(now):
        opens = schedule.opens_at(now)
        return {"online": False, "agents": [], "opens": opens.astimezone(dt.UTC).isoformat() if opens else None}
    available = [who["id"] for who in await agents() if who["state"] == AVAILABLE]
    if not available:
        return {"online": False, "agents": [], "opens": None}
    return {**await _answering.get(inbox.pk, tuple(available), threads), "opens": None}


class _Answering:
    """Which of the present may answer in an inbox; remembered briefly, as thousands of visitors ask the same."""

    KEPT = 15.0

    def __init__(self) -> None:
        self._known: dict[tuple[int, tuple[int, ...]], tuple[float, dict[str, Any]]] = {}

    async def get(self, inbox_id: int, present: tuple[int, ...], threads: Threads) -> dict[str, Any]:
        known = self._known.get((inbox_id, present))
        if known and known[0] > time.monotonic():
            return known[1]
        value = await threads.read(_read, inbox_id, present)
        if len(self._known) > 500:
            self._known.clear()
        self._known[inbox_id, present] = (time.monotonic() + self.KEPT, value)
        return value


_answering = _Answering()


def _read(inbox_id: int, present: tuple[int, ...]) -> dict[str, Any]:
    able = access.agents_of([inbox_id], Role.Permission.REPLY).filter(pk__in=present)[:SHOWN]
    shown = [spoken.agent(agent) for agent in able]
    return {"online": bool(shown), "agents": shown}
