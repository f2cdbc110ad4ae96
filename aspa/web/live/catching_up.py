"""The past first, then the present: events that happen while a client reads what it missed wait their turn."""

from __future__ import annotations

from aspa.core.conversations.events import Cursor
from aspa.web.live.socket import Socket


class CatchingUp:
    __slots__ = ("_held", "_socket", "_until")

    def __init__(self, socket: Socket) -> None:
        self._socket = socket
        self._held: list[tuple[Cursor, str]] | None = []
        self._until = Cursor(0, 0)

    def tell(self, cursor: Cursor, frame: str) -> None:
        """A live event: sent at once, or after the past when that is still being read."""
        if self._held is not None:
            self._held.append((cursor, frame))
        # The hub may hand out late what the past had already.
        elif cursor > self._until:
            self._socket.push(frame)

    def caught_up(self, until: Cursor) -> None:
        """The past has been sent up to here; what waited follows, without what the past had already."""
        held, self._held = self._held or [], None
        self._until = until
        for cursor, frame in held:
            self.tell(cursor, frame)
