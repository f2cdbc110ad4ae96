"""A visitor's open widget: what it is told."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

from aspa.channels.webchat.channel import page_of
from aspa.channels.webchat.visitors import identity_of, merged_elsewhere
from aspa.core.conversations.events import Cursor
from aspa.core.conversations.models import Event
from aspa.kit.ids import new_token
from aspa.web.live import pages
from aspa.web.live.catching_up import CatchingUp
from aspa.web.live.frames import for_visitor
from aspa.web.live.happenings import read
from aspa.web.live.socket import TRY_AGAIN_LATER, Socket
from aspa.web.live.visitor import snapshot

if TYPE_CHECKING:
    from aspa.channels.webchat.visitors import Key
    from aspa.core.inboxes.channel import Sender
    from aspa.core.inboxes.models import Inbox
    from aspa.web.live.happenings import Happening
    from aspa.web.live.hub import Hub
    from aspa.web.live.presence import Told

# How long loading the shop's next page may take before the customer counts as gone.
TURNING = 8.0

logger = logging.getLogger(__name__)


class VisitorClient:
    # Ten thousand of these are open at once.
    __slots__ = (
        "_place", "_stream", "_told", "contact_id", "elsewhere", "hub", "inbox", "language", "page", "signed_in",
        "socket", "visitor",
    )  # fmt: skip

    def __init__(
        self, socket: Socket, hub: Hub, inbox: Inbox, *, visitor: str, signed_in: Sender | None, language: str
    ):
        self.socket, self.hub, self.inbox = socket, hub, inbox
        self.visitor, self.signed_in, self.language = visitor, signed_in, language
        self.contact_id: int | None = None
        # Conversations of other inboxes into which this inbox's were merged.
        self.elsewhere: frozenset[int] = frozenset()
        self.page: pages.Page | None = None
        self._stream = CatchingUp(socket)
        # What it was told last of the inbox, and of its place in the queue.
        self._told: str | None = None
        self._place: dict[str, Any] | None = None

    @property
    def identity(self) -> Key:
        return identity_of(self.inbox, self.visitor, self.signed_in)

    def hears(self, happening: Happening) -> bool:
        """Whether it is about a conversation of this inbox, or one into which such a one was merged."""
        conversation = happening.conversation
        if conversation.inbox_id != self.inbox.pk and conversation.pk not in self.elsewhere:
            return False
        if happening.event.kind == Event.Kind.MERGED and conversation.merged_into_id:
            self.elsewhere |= {conversation.merged_into_id}
        return True

    async def look_elsewhere(self) -> None:
        """After joining the hub, which tells of later merges: learn of those there are."""
        if self.contact_id is not None:
            self.elsewhere |= await self.hub.threads.read(merged_elsewhere, self.inbox, self.contact_id)

    def tell(self, frame: str | None, event: Event) -> None:
        if frame is not None:
            self._stream.tell(Cursor(event.tx, event.pk), frame)

    def go_live(self) -> None:
        """Nothing was missed: events from now on are sent as they happen."""
        self._stream.caught_up(Cursor(0, 0))

    async def catch_up(self, after: Cursor) -> None:
        """Send what the customer missed since `after`, then go live."""
        if self.contact_id is None:
            return self.go_live()
        await self.look_elsewhere()
        ids = await self.hub.threads.read(snapshot.conversation_ids, self.inbox, self.contact_id, self.elsewhere)
        while not self.socket.closing:
            past = await self.hub.threads.read(read, after, {}, ids)
            for happening in past.happenings:
                frame = for_visitor(happening, self.inbox)
                if frame is not None:
                    self.socket.push(frame)
            after = past.until
            if past.is_all:
                return self._stream.caught_up(after)

    async def turn_to(self, told: Any) -> None:
        """The browser says on which page it is."""
        page = page_of(told)
        if page is not None:
            self.page = {**page, "by": self.page["by"] if self.page else new_token(9)}
            await self._show_page()

    async def _show_page(self) -> None:
        """Of somebody who has never written the desk knows nothing."""
        if self.page is not None and self.contact_id is not None:
            await pages.show(self.contact_id, self.page)

    async def beat(self, told: Any) -> None:
        """The page is still open, unless it says that it has become another meanwhile."""
        page = page_of(told)
        if page is not None and (self.page is None or page["url"] != self.page["url"]):
            await self.turn_to(told)
        elif self.page is not None and self.contact_id is not None:
            await pages.keep(self.contact_id, self.page)

    def leave_page(self) -> None:
        """Usually for the next one, which is soon there."""
        if self.page is not None and self.contact_id is not None:
            self.hub.spawn(_leave_soon(self.contact_id, self.page))

    def is_left_behind(self) -> None:
        """The contact has signed in: a page without that sign-in no longer hears of it, and comes back a stranger."""
        if self.signed_in is None:
            self.comes_back()

    def comes_back(self) -> None:
        """Whose page it is may have changed: it is to ask anew."""
        self.socket.close_soon(TRY_AGAIN_LATER)

    async def becomes(self, contact_id: int) -> None:
        """The visitor has written, here or in another tab, and is a contact from now on."""
        if self.contact_id is not None or self.socket.closing:
            return
        self.contact_id = contact_id
        self._stream = CatchingUp(self.socket)
        try:
            await self.hub.join_visitor(self)
            await self.catch_up(Cursor(0, 0))
            await self._show_page()
        except Exception:
            # Its stream would wait for the past for ever. Coming back it reads everything anew.
            logger.exception("A visitor's socket could not be caught up")
            self.socket.close_soon(TRY_AGAIN_LATER)

    def welcomed(self, told: Told) -> dict[str, Any]:
        """The part of the welcome that says who is there and how long the queue is; from then on changes are told."""
        self._told, self._place = told.frame, self._place_in(told)
        return {**told.value, "place": self._place}

    def present(self, told: Told) -> None:
        """Told again as far as it has changed; nothing before the welcome."""
        if self._told is None:
            return
        if self._told is not told.frame and self._told != told.frame:
            self.socket.push(told.frame)
        self._told = told.frame
        place = self._place_in(told) if told.places or self._place else None
        if place != self._place:
            self._place = place
            self.socket.push_json({"type": "place", "place": place})

    def _place_in(self, told: Told) -> dict[str, Any] | None:
        return told.places.get(self.contact_id) if self.contact_id is not None else None

    def agent_types(self, payload: dict[str, Any]) -> None:
        if payload.get("inbox") == self.inbox.pk or payload.get("conversation") in self.elsewhere:
            self.socket.push_json({"type": "typing", "agent": payload.get("shown")})


async def _leave_soon(contact_id: int, page: pages.Page) -> None:
    await asyncio.sleep(TURNING)
    await pages.leave(contact_id, page)
