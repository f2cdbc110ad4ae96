"""The events by GET, where sockets are blocked: nothing may fall between looking and listening."""

from __future__ import annotations

import asyncio
import json
from types import SimpleNamespace
from typing import Any

import pytest

from aspa.core.conversations.events import Cursor
from aspa.web.live.presence import Told
from aspa.web.live.visitor import client as clients
from aspa.web.live.visitor import reads
from aspa.web.live.visitor.app import Request


class Inline:
    async def read(self, call: Any, *args: Any, **kwargs: Any) -> Any:
        return call(*args, **kwargs)


async def told(_inbox: Any) -> Told:
    return Told({"state": "full"}, "", {1: {"position": 2}})


async def test_what_commits_before_the_hub_listens_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    journal: list[str] = []

    class Hub:
        threads = Inline()
        board = SimpleNamespace(of=told)

        async def join_visitor(self, client: Any) -> None:
            # Committed and handed out just before this visitor was known.
            journal.append("hei")

        def leave_visitor(self, client: Any) -> None:
            journal.append("left")

    monkeypatch.setattr(reads, "LONGEST_WAIT", 1000)
    monkeypatch.setattr(reads, "_events", lambda *_: {"events": list(journal), "contact_id": 1})
    monkeypatch.setattr(reads, "head", lambda: Cursor(0, 9))
    monkeypatch.setattr(reads.visitors, "contact_id_of", lambda *_: 1)
    monkeypatch.setattr(clients, "merged_elsewhere", lambda *_: frozenset())
    answers: list[Any] = []

    async def send(message: Any) -> None:
        answers.append(message)

    scope = {"query_string": b"after=0.1&wait=1000", "headers": []}
    inbox: Any = SimpleNamespace(pk=1)
    request = Request(scope, send, send, inbox, "fi", "events", [], visitor="v")  # type: ignore[arg-type]
    async with asyncio.timeout(60):
        await reads.events_after(SimpleNamespace(threads=Inline(), hub=Hub()), request)  # type: ignore[arg-type]

    answer = json.loads(answers[1]["body"])
    assert answer["events"] == ["hei"]
    assert answer["now"] == [{"type": "presence", "state": "full"}, {"type": "place", "place": {"position": 2}}]
    assert journal == ["hei", "left"]
