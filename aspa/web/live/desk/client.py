"""An agent's open desk: what it is told, and what it tells."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.conf import settings

from aspa.core.conversations import access
from aspa.core.conversations.events import Cursor
from aspa.core.people.models import Agent
from aspa.kit import clock
from aspa.kit.bus import bus
from aspa.kit.ids import new_token
from aspa.service.routing import changes, states
from aspa.web.live import presence
from aspa.web.live.catching_up import CatchingUp
from aspa.web.live.frames import DeskFrame
from aspa.web.live.happenings import read
from aspa.web.live.socket import Socket

if TYPE_CHECKING:
    from aspa.core.conversations.models import Conversation
    from aspa.web.live.hub import Hub

VIEWING = 60.0
# As long as the page waits before it says that nobody touches it (shell/at_work.js).
IDLE_AFTER = dt.timedelta(minutes=settings.ASPA_IDLE_MINUTES)


class DeskClient:
    def __init__(self, socket: Socket, hub: Hub, agent: Agent, session_key: str) -> None:
        self.socket, self.hub, self.agent, self.session_key = socket, hub, agent, session_key
        self.language = agent.language
        # Names this desk among the agent's others.
        self.desk = new_token(9)
        # The inboxes this agent reads; None is all.
        self.inbox_ids = access.reach(agent).inbox_ids()
        self.watching: int | None = None
        self.watching_contact: int | None = None
        # What the agent chose, the same on all of their pages; and whether nobody touches this one.
        self.chosen = states.chosen_by(agent)
        self.idle = False
        self._acted_at: dt.datetime | None = None
        self._stream = CatchingUp(socket)
        self._last_present: Any = None
        self._last_own: tuple[str, str] | None = None

    def may_read(self, inbox_id: int) -> bool:
        return self.inbox_ids is None or inbox_id in self.inbox_ids

    def tell(self, frame: DeskFrame) -> None:
        happening = frame.happening
        if happening.event.agent_id == self.agent.pk:
            self._acts()
        if not self.may_read(happening.event.inbox_id):
            return
        watched = happening.conversation.pk == self.watching
        html = happening.html.get(self.language) if watched else None
        text = frame.text(html=html, notify=frame.concerns(self.agent.pk))
        self._stream.tell(Cursor(happening.event.tx, happening.event.pk), text)

    async def catch_up(self, after: Cursor | None, head: Cursor) -> None:
        """Send what happened since `after`, then go live; without it go live at once."""
        while after is not None and not self.socket.closing:
            past = await self.hub.threads.read(read, after, {self.watching: {self.language}} if self.watching else {})
            for happening in past.happenings:
                if self.may_read(happening.event.inbox_id):
                    frame = DeskFrame(happening)
                    self.socket.push(frame.text(html=happening.html.get(self.language), notify=False))
            after = past.until
            if past.is_all:
                return self._stream.caught_up(after)
        self._stream.caught_up(head)

    def somebody_types(self, payload: dict[str, Any]) -> None:
        if payload.get("agent") == self.agent.pk or not self.may_read(payload.get("inbox", 0)):
            return
        self.socket.push_json(
            {key: payload.get(key) for key in ("conversation", "who", "side", "kind")} | {"type": "typing"}
        )

    def present(self, agents: list[dict[str, Any]]) -> None:
        if agents != self._last_present:
            self._last_present = agents
            self.socket.push_json({"type": "presence", "agents": agents})

    def is_now(self, state: str) -> None:
        """What the agent is in effect, told to their own page."""
        if (self.chosen, state) != self._last_own:
            self._last_own = (self.chosen, state)
            self.socket.push_json({"type": "me", "chosen": self.chosen, "state": state})

    async def choose(self, state: str) -> None:
        """Available, busy or off, from now on and on every page. Raises ValueError for another word."""
        await self.hub.threads.read(states.choose, self.agent, state)
        self.chosen = state
        await self.beat()

    async def rests(self, *, idle: bool) -> None:
        """The page says whether somebody touches it."""
        if idle != self.idle:
            self.idle = idle
            await self.beat()

    @property
    def is_left_alone(self) -> bool:
        """Untouched, and the agent wrote nothing from anywhere else either."""
        return self.idle and (self._acted_at is None or clock.now() - self._acted_at > IDLE_AFTER)

    def _acts(self) -> None:
        was_left_alone = self.is_left_alone
        self._acted_at = clock.now()
        if was_left_alone:
            self.hub.spawn(self.beat())

    async def watch(self, conversation: Conversation | None) -> None:
        """Look at a conversation, or at none; colleagues who look at the same one see it."""
        conversation_id = conversation.pk if conversation else None
        if self.watching is not None and self.watching != conversation_id:
            left = self.watching
            self.watching = None
            await bus.adrop(f"viewing:{left}:{self.desk}")
            await bus.apublish("viewing", {"conversation": left})
        self.watching, self.watching_contact = conversation_id, conversation.contact_id if conversation else None
        if conversation_id is not None:
            await self._keep_viewing()
            await bus.apublish("viewing", {"conversation": conversation_id})

    async def _keep_viewing(self) -> None:
        who = {"id": self.agent.pk, "name": self.agent.name, "initials": self.agent.initials}
        await bus.aput(f"viewing:{self.watching}:{self.desk}", who, VIEWING)

    async def beat(self) -> None:
        if await presence.beat(self.agent, self.desk, self.chosen, idle=self.is_left_alone):
            await self.hub.threads.read(changes.look_soon)
        if self.watching is not None:
            await self._keep_viewing()

    async def leave(self) -> None:
        self.hub.leave_agent(self)
        await self.watch(None)
        self.hub.spawn(presence.leave(self.agent, self.desk))
