"""The process's one reader of the journal, and the sockets it serves.

However many sockets there are, a process reads each event once: a commit anywhere wakes the hub, it reads on from its
place and hands frames to those whom the event concerns. With nobody connected it doesn't read at all.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from typing import TYPE_CHECKING, Any, TypeVar

from aspa.core.conversations import events
from aspa.core.conversations.models import Event
from aspa.core.people.models import Identity
from aspa.kit.bus import bus
from aspa.service.closing import waiting
from aspa.service.hours import calendars, editing
from aspa.service.merging import merging
from aspa.service.routing import changes, present, states, tasks
from aspa.service.sla import following as service_levels
from aspa.web.live import frames, presence
from aspa.web.live.database import Threads
from aspa.web.live.happenings import Happening, read

if TYPE_CHECKING:
    from aspa.channels.webchat.visitors import Key
    from aspa.web.live.desk.client import DeskClient
    from aspa.web.live.visitor.client import VisitorClient

logger = logging.getLogger(__name__)

K = TypeVar("K")

# A wake-up can be lost with the bus; looking now and then makes that a delay and not a loss.
LOOK_EVERY = 5.0
# How soon to look again for events that have to wait for another transaction (PostgreSQL).
SETTLES_IN = 0.005
# One that stays open for long is asked after less and less often.
SETTLES_AT_MOST = 0.5
# Who is there and how long the queue is are told at once, but no oftener than so.
TELLS_EVERY = 0.2
# What a conversation's own changes do to an agent's room is told a little later, for all of them together.
ROOM_IN = 0.5
# Told in one go; in between the loop serves others.
TOLD_AT_ONCE = 200
# Strangers of whom it is asked in one statement whether they have written.
LOOKED_FOR_AT_ONCE = 500
# What changes how much room agents have.
ROOM = {
    Event.Kind.RECEIVED, Event.Kind.REPLIED, Event.Kind.ASSIGNED, Event.Kind.SNOOZED, Event.Kind.WOKEN,
    Event.Kind.ENDED, Event.Kind.REOPENED, Event.Kind.SET_ASIDE, Event.Kind.WAITING, Event.Kind.SOLVED_ASKED,
    Event.Kind.NOT_SOLVED, Event.Kind.MERGED, Event.Kind.UNMERGED, Event.Kind.SPLIT,
}  # fmt: skip
# After these a customer may be another contact than their page has been told.
REGROUPED = (Event.Kind.CONTACT_MERGED, Event.Kind.CONTACT_UNMERGED)


class Hub:
    def __init__(self, threads: Threads) -> None:
        self.threads = threads
        self.visitors: defaultdict[int, set[VisitorClient]] = defaultdict(set)  # by contact
        self.strangers: defaultdict[Key, set[VisitorClient]] = defaultdict(set)  # by identity, before a contact
        self.agents: set[DeskClient] = set()
        self._cursor: events.Cursor | None = None
        self._wake = asyncio.Event()
        self._settles_in = SETTLES_IN
        self.board = presence.Board(threads)
        self._stirred = asyncio.Event()
        self._room_changes = False
        self._states: dict[int, str] = {}

    async def run(self) -> None:
        stops = [
            bus.subscribe(events.JOURNAL, lambda _payload: self._wake.set()),
            bus.subscribe("typing", self._typing),
            bus.subscribe("viewing", self._viewing),
            bus.subscribe(present.CHANGED, self._presence_changed),
            bus.subscribe(tasks.CHANGED, lambda _payload: self._present()),
            bus.subscribe(editing.CHANGED, lambda _payload: self._hours_changed()),
            bus.subscribe("visitor", self._known),
            bus.subscribe(merging.CHANGED, self._contacts_changed),
            bus.subscribe("page", self._turned),
            bus.subscribe(service_levels.CHANGED, self._countdowns),
            bus.subscribe(waiting.CHANGED, self._countdowns),
        ]
        beside = [asyncio.create_task(self._tick()), asyncio.create_task(self._keep_telling())]
        try:
            while True:
                await self._wake.wait()
                self._wake.clear()
                try:
                    await self._read_on()
                except Exception:
                    logger.exception("The hub could not read the journal")
                    await asyncio.sleep(1)
                    self._wake.set()
        finally:
            for task in beside:
                task.cancel()
            for stop in stops:
                stop()

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY)
            self._wake.set()
            self._present()

    # The journal

    async def _read_on(self) -> None:
        if not self._has_listeners():
            self._cursor = None
            return
        if self._cursor is None:
            await self._begin()
        while self._cursor is not None:
            watched = self._watched()
            past = await self.threads.read(read, self._cursor, watched)
            for happening in past.happenings:
                self._hand_out_or_skip(happening)
            if past.until != self._cursor:
                self._cursor = past.until
                self._settles_in = SETTLES_IN
            if past.is_all:
                if await self.threads.read(events.is_unsettled, self._cursor):
                    # Events are there that an older open transaction could still precede; nobody will announce them again.
                    asyncio.get_running_loop().call_later(self._settles_in, self._wake.set)
                    self._settles_in = min(SETTLES_AT_MOST, self._settles_in * 2)
                return

    async def _begin(self) -> None:
        """From now on: whoever listens has read its own past by its own cursor, taken after this."""
        head = await self.threads.read(events.head)
        # Of several that begin at once the first decides: a later place could lie beyond what it waits for.
        if self._cursor is None:
            self._cursor = head

    async def join_visitor(self, client: VisitorClient) -> None:
        """Serve a visitor's socket from now on. Afterwards the caller reads what came before."""
        if client.contact_id is None:
            self.strangers[client.identity].add(client)
        else:
            self.visitors[client.contact_id].add(client)
        if self._cursor is None:
            await self._begin()

    async def join_agent(self, client: DeskClient) -> None:
        self.agents.add(client)
        if self._cursor is None:
            await self._begin()

    def leave_visitor(self, client: VisitorClient) -> None:
        _remove(self.strangers, client.identity, client)
        if client.contact_id is not None:
            _remove(self.visitors, client.contact_id, client)

    def leave_agent(self, client: DeskClient) -> None:
        self.agents.discard(client)

    def _has_listeners(self) -> bool:
        # Visitors who have never written have nothing to hear from the journal.
        return bool(self.agents or self.visitors)

    def _watched(self) -> dict[int, set[str]]:
        watched: defaultdict[int, set[str]] = defaultdict(set)
        for agent in self.agents:
            if agent.watching is not None:
                watched[agent.watching].add(agent.language)
        return dict(watched)

    def _hand_out_or_skip(self, happening: Happening) -> None:
        try:
            self._hand_out(happening)
        except Exception:
            # One event that can't be told must not silence all that follow, for everybody.
            logger.exception("Event %s can't be handed out", happening.event.pk)

    def _hand_out(self, happening: Happening) -> None:
        if happening.event.kind in ROOM:
            self._room_changed()
        if happening.event.kind in REGROUPED:
            self._contacts_changed(happening.event.data)
        visitors = self.visitors.get(happening.conversation.contact_id)
        if visitors:
            by_inbox: dict[int, str | None] = {}
            for visitor in tuple(visitors):
                if not visitor.hears(happening):
                    continue
                if visitor.inbox.pk not in by_inbox:
                    by_inbox[visitor.inbox.pk] = frames.for_visitor(happening, visitor.inbox)
                visitor.tell(by_inbox[visitor.inbox.pk], happening.event)
        if self.agents:
            frame = frames.DeskFrame(happening)
            for agent in tuple(self.agents):
                agent.tell(frame)

    # What is not in the journal

    def _typing(self, payload: dict[str, Any]) -> None:
        for agent in tuple(self.agents):
            agent.somebody_types(payload)
        if payload.get("side") == "agent" and payload.get("kind") == "reply":
            for visitor in tuple(self.visitors.get(payload.get("contact", 0), ())):
                visitor.agent_types(payload)

    def _viewing(self, payload: dict[str, Any]) -> None:
        conversation = payload.get("conversation")
        if any(agent.watching == conversation for agent in self.agents):
            self.spawn(self._tell_viewers(conversation))

    async def _tell_viewers(self, conversation: int | None) -> None:
        found = (await bus.afind(f"viewing:{conversation}:")).values()
        viewers = list({who["id"]: who for who in found}.values())
        for agent in tuple(self.agents):
            if agent.watching == conversation:
                agent.socket.push_json({"type": "viewing", "conversation": conversation, "agents": viewers})

    def _turned(self, payload: dict[str, Any]) -> None:
        for agent in self.agents:
            if agent.watching is not None and agent.watching_contact == payload.get("contact"):
                agent.socket.push_json({"type": "page", "conversation": agent.watching})

    def _countdowns(self, payload: dict[str, Any]) -> None:
        """The desks' rows and heads show them, and the journal doesn't tell of their beginning."""
        changed: list[tuple[int, int]] = payload.get("conversations", [])
        for agent in tuple(self.agents):
            mine = [conversation for inbox, conversation in changed if agent.may_read(inbox)]
            if mine:
                agent.socket.push_json({"type": "countdowns", "conversations": mine})

    def _hours_changed(self) -> None:
        calendars.forget()
        self._present()

    def _presence_changed(self, payload: dict[str, Any]) -> None:
        if payload.get("lost"):
            self.spawn(self._look_for_chosen())
        for agent in self.agents:
            if agent.agent.pk == payload.get("agent"):
                agent.chosen = payload["chosen"]
        self._present()

    async def _look_for_chosen(self) -> None:
        """The bus was away: what agents chose meanwhile in another process was told to nobody here."""
        for agent in tuple(self.agents):
            agent.chosen = await self.threads.read(states.chosen_by, agent.agent)

    def _present(self) -> None:
        self.board.changed()
        self._stirred.set()

    def _room_changed(self) -> None:
        if not self._room_changes:
            self._room_changes = True
            asyncio.get_running_loop().call_later(ROOM_IN, self._present)

    async def _keep_telling(self) -> None:
        while True:
            await self._stirred.wait()
            self._stirred.clear()
            self._room_changes = False
            try:
                if self.agents or self.visitors or self.strangers:
                    await self._tell_presence()
            except Exception:
                logger.exception("The hub could not tell who is there")
            await asyncio.sleep(TELLS_EVERY)

    async def _tell_presence(self) -> None:
        desks = (await bus.afind(present.PREFIX)).values()
        colleagues, by_agent = present.merged(desks), present.states_of(desks)
        for agent in tuple(self.agents):
            agent.present(colleagues)
            agent.is_now(by_agent.get(agent.agent.pk, present.GONE))
        await self._note_lost(by_agent)
        visitors = self._all_visitors()
        told = await self.board.refresh({client.inbox.pk: client.inbox for client in visitors}.values())
        for number, client in enumerate(visitors):
            client.present(told[client.inbox.pk])
            if number % TOLD_AT_ONCE == TOLD_AT_ONCE - 1:
                await asyncio.sleep(0)

    async def _note_lost(self, by_agent: dict[int, str]) -> None:
        """Whoever's desk just stopped telling: what waits for them is looked after."""
        lost = self._states.keys() - by_agent.keys()
        self._states = by_agent
        if lost:
            await self.threads.read(changes.look_soon)

    def _all_visitors(self) -> list[VisitorClient]:
        places = (*self.visitors.values(), *self.strangers.values())
        return [client for clients in places for client in clients]

    def _known(self, payload: dict[str, Any]) -> None:
        """A visitor has written for the first time, perhaps in another process: their open sockets join the contact."""
        if payload.get("lost"):
            return self.spawn(self._look_for_known())
        identity, contact_id = tuple(payload["identity"]), payload["contact"]
        for client in tuple(self.strangers.pop(identity, ())):
            self.spawn(client.becomes(contact_id))
        if identity[1] == Identity.Kind.SHOP:
            for client in tuple(self.visitors.get(contact_id, ())):
                client.is_left_behind()

    def _contacts_changed(self, payload: dict[str, Any]) -> None:
        """Two contacts became one, or are two again: their pages come back as whoever they are now, and miss nothing."""
        for contact_id in payload.get("contacts", ()):
            for client in tuple(self.visitors.get(contact_id, ())):
                client.comes_back()

    async def _look_for_known(self) -> None:
        """The bus was away: those who wrote meanwhile in another process were announced to nobody here."""
        identities = list(self.strangers)
        for start in range(0, len(identities), LOOKED_FOR_AT_ONCE):
            known = await self.threads.read(_contacts_of, identities[start : start + LOOKED_FOR_AT_ONCE])
            for identity, contact_id in known:
                for client in tuple(self.strangers.pop(identity, ())):
                    await client.becomes(contact_id)

    def spawn(self, coroutine: Any) -> None:
        task = asyncio.get_running_loop().create_task(coroutine)
        _running.add(task)
        task.add_done_callback(_running.discard)


def _remove(places: dict[K, set[VisitorClient]], key: K, client: VisitorClient) -> None:
    clients = places.get(key)
    if clients is not None:
        clients.discard(client)
        if not clients:
            del places[key]


# The loop keeps only weak references to its tasks.
_running: set[asyncio.Task[Any]] = set()


def _contacts_of(identities: list[Key]) -> list[tuple[Key, int]]:
    """(identity, contact) of those among these that have written."""
    brands, kinds, values = (set(part) for part in zip(*identities, strict=True))
    known = Identity.objects.filter(brand__in=brands, kind__in=kinds, value__in=values, verified_at__isnull=False)
    found = ((one.brand_id, one.kind, one.value, one.contact_id) for one in known)
    return [((brand, kind, value), contact) for brand, kind, value, contact in found]
