"""What a client missed and what happens meanwhile are told once each, in their order."""

from __future__ import annotations

from typing import Any, cast

from aspa.core.conversations.events import Cursor
from aspa.web.live.catching_up import CatchingUp


class Told:
    """Stands for the socket: keeps what is pushed."""

    def __init__(self) -> None:
        self.frames: list[str] = []

    def push(self, frame: str) -> None:
        self.frames.append(frame)


def test_what_the_past_had_is_not_told_again_however_late_the_hub_comes() -> None:
    socket = Told()
    stream = CatchingUp(cast(Any, socket))
    stream.tell(Cursor(0, 3), "three")
    stream.tell(Cursor(0, 5), "five")
    stream.caught_up(Cursor(0, 4))
    stream.tell(Cursor(0, 4), "four")
    stream.tell(Cursor(0, 6), "six")
    assert socket.frames == ["five", "six"]
