from __future__ import annotations

from threading import Event, Thread

import pytest

from aspa.kit.turns import Turns
from aspa.service.search.messages import following


def test_only_who_has_the_turn_keeps_the_index(monkeypatch: pytest.MonkeyPatch) -> None:
    stop, done = Event(), []
    turns = iter([False, False, True])

    def take(_turns: Turns, name: str) -> bool:
        assert name == following.TURN
        done.append("asked")
        if mine := next(turns):
            stop.set()
        return mine

    monkeypatch.setattr(Turns, "take", take)
    monkeypatch.setattr(following, "is_much_to_build", lambda: False)
    monkeypatch.setattr(following, "follow", lambda *, building: done.append(f"followed, building={building}"))
    monkeypatch.setattr(following, "PAUSE", 0)
    thread = Thread(target=following.keep_following, args=[stop])
    thread.start()
    thread.join(20)
    assert done == ["asked", "asked", "asked", "followed, building=True"]
