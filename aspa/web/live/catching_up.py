"""The past first, then the present: events that happen while a client reads what it missed wait their turn."""

from __future__ import annotations

from aspa.core.conversations.events import Cursor
from aspa.web.live.socket import Socket


class CatchingUp:
    def __init__(self, socket: Socket) -> None:
        self._socket = socket
        self._held: list[tuple[Cursor, str]] | None = []

    def tell(self, cursor: Cursor, frame: str) -> None:
        """A live event: sent at once, or after the past when that is still being read."""
        if self._held is None:
            self._socket.push(frame)
        else:
            self._held.append((cursor, frame))

    def caught_up(self, until: Cursor) -> None:
        """The past has been sent up to here; what waited follows, without what the past had already."""
        held, self._held = self._held or [], None
        for cursor, frame in held:
            if cursor > until:
                self._socket.push(frame)
