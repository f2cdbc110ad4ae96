"""What one party may make us keep, and what Django may be sent."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings

from aspa.web.live.app import LiveApp
from aspa.web.live.http import HttpError
from aspa.web.live.visitor.limits import Limits

FULL = settings.ASPA_UPLOAD_BYTES


def test_one_address_cannot_fill_the_disk_with_files_that_are_never_sent() -> None:
    limits = Limits()
    for number in range(25):
        limits.file(f"visitor {number}", "192.0.2.7", FULL)

    with pytest.raises(HttpError) as refused:
        limits.file("another visitor", "192.0.2.7", FULL)

    assert refused.value.status == 429
    limits.file("somebody elsewhere", "192.0.2.8", FULL)


async def _ask(headers: list[tuple[bytes, bytes]], chunks: int) -> tuple[list[Any], int]:
    """What was answered, and how many bytes of the body Django got to see."""
    sent: list[Any] = []
    got = 0

    async def django(_scope: Any, receive: Any, send: Any) -> None:
        nonlocal got
        while (message := await receive())["type"] == "http.request":
            got += len(message["body"])
            if not message["more_body"]:
                return await send({"type": "http.response.start", "status": 200, "headers": []})

    left = iter(range(chunks - 1, -1, -1))

    async def receive() -> Any:
        return {"type": "http.request", "body": bytes(1024 * 1024), "more_body": next(left) > 0}

    async def send(message: Any) -> None:
        sent.append(message)

    live = LiveApp(otherwise=django)
    await live({"type": "http", "path": "/account/login/", "method": "POST", "headers": headers}, receive, send)
    return sent, got


async def test_a_body_that_no_form_has_is_not_taken_in() -> None:
    """Django would put it all on the disk before it asks who sends it."""
    megabytes = FULL // 1024 // 1024
    sent, got = await _ask([(b"content-length", str(FULL * 10).encode())], 200)
    assert (sent[0]["status"], got) == (413, 0)

    sent, got = await _ask([], megabytes * 10)
    assert got <= FULL + 2 * 1024 * 1024
    assert not sent

    sent, got = await _ask([], megabytes)
    assert (sent[0]["status"], got) == (200, FULL)
