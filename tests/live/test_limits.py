"""What one party may make us keep, and what Django may be sent."""

from __future__ import annotations

import asyncio
import dataclasses
import io
import json
import time
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any
from unittest.mock import AsyncMock

import pytest
import websockets
from django.conf import settings
from django.core.handlers.asgi import ASGIRequest

from aspa.channels.email.arriving import webhooks
from aspa.channels.webchat import spoken
from aspa.kit.ids import token_hash
from aspa.kit.rates import Buckets
from aspa.web.live import bodies
from aspa.web.live.app import LiveApp
from aspa.web.live.database import Threads
from aspa.web.live.http import HttpError
from aspa.web.live.visitor import writes
from aspa.web.live.visitor.limits import Limits, network
from testing.installation import Installation, People, installation
from tests.cast import Cast, inbound, says
from tests.live.conftest import Visitor

FULL = settings.ASPA_UPLOAD_BYTES


def test_one_address_cannot_fill_the_disk_with_files_that_are_never_sent() -> None:
    limits = Limits()
    for number in range(25):
        limits.file(f"visitor {number}", "192.0.2.7", FULL)

    with pytest.raises(HttpError) as refused:
        limits.file("another visitor", "192.0.2.7", FULL)

    assert refused.value.status == 429
    limits.file("somebody elsewhere", "192.0.2.8", FULL)


def test_one_address_cannot_take_all_the_sockets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "ASPA_CHAT_ADDRESS_SOCKETS", 2)
    limits = Limits()
    with limits.socket("2001:db8::1"), limits.socket("2001:db8::2"):
        with pytest.raises(HttpError) as refused, limits.socket("2001:db8::3"):
            pass
        assert refused.value.status == 429
        with limits.socket("2001:db8:0:1::1"), limits.socket("192.0.2.7"):
            pass
    with limits.socket(""), limits.socket(""), limits.socket(""):
        pass
    with limits.socket("2001:db8::3"):
        assert set(limits._sockets) == {network("2001:db8::3")}


def test_those_who_come_by_ipv4_to_a_server_of_ipv6_are_many() -> None:
    assert network("::ffff:192.0.2.7") == network("192.0.2.7") != network("::ffff:192.0.2.8")


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Installation, People]]:
    """One that lets little through."""
    limits = {
        "ASPA_CHAT_ADDRESS_SOCKETS": "1",
        "ASPA_CHAT_VISITOR_RATE": "1",
        "ASPA_CHAT_VISITOR_BURST": "5",
        "ASPA_CHAT_ADDRESS_BURST": "50",
    }
    with installation(tmp_path_factory.mktemp("aspa"), more=limits) as made:
        yield made


async def test_a_refused_socket_says_why_and_the_events_come_by_get(strict: tuple[Installation, People]) -> None:
    server, people = strict
    dee, eve = Visitor(server, people.inbox), Visitor(server, people.inbox)
    first = await dee.connect()
    await first.next("welcome")

    with pytest.raises(websockets.InvalidStatus) as refused:
        await eve.connect()
    answer = refused.value.response
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "60")
    assert json.loads(answer.body)["error"]["code"] == "too_many"
    assert (await eve.say("hei")).status_code == 201
    assert (await eve.get("events")).json()["messages"][0]["text"] == "hei"

    await first.close()
    async with asyncio.timeout(60):
        while True:
            try:
                await (await eve.connect()).next("welcome")
                return
            except websockets.InvalidStatus:
                await asyncio.sleep(0.1)


async def test_a_flood_is_slowed_and_others_are_not(strict: tuple[Installation, People]) -> None:
    server, people = strict
    flood, dee = Visitor(server, people.inbox), Visitor(server, people.inbox)
    begun = time.monotonic()
    await flood.say("alku")
    answers = await asyncio.gather(*(flood.say(f"tulva {n}") for n in range(30)))
    slowed = [answer for answer in answers if answer.status_code == 429]
    # Five at once, one of which was said before, and one more in each second.
    assert 4 <= 30 - len(slowed) <= 5 + time.monotonic() - begun
    assert int(slowed[0].headers["retry-after"]) >= 1
    assert (await dee.say("minä vain")).status_code == 201
    await asyncio.sleep(1.2)
    assert (await flood.say("malttia")).status_code == 201


async def _ask(headers: list[tuple[bytes, bytes]], chunks: int, path: str = "/account/login/") -> tuple[list[Any], int]:
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
    await live({"type": "http", "path": path, "method": "POST", "headers": headers}, receive, send)
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


@pytest.mark.parametrize("path", ["/contact/form/", "/c/1-x/reply/", "/help/villa/fi/reviews/write/a/"])
async def test_what_was_written_beside_files_that_are_too_large_is_kept(path: str) -> None:
    told = b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\nHello\r\n--x\r\n'
    told += b'Content-Disposition: form-data; name="files"; filename="a.mov"\r\n\r\n'
    body = io.BytesIO(told + bytes(FULL * 2))
    heard: list[Any] = []

    async def django(scope: Any, receive: Any, _send: Any) -> None:
        message = await receive()
        assert len(message["body"]) <= bodies.AROUND
        assert not message["more_body"]
        request = ASGIRequest(scope, io.BytesIO(message["body"]))
        heard.extend((request.POST["text"], bodies.is_cut(request)))

    async def receive() -> Any:
        return {"type": "http.request", "body": body.read(65536), "more_body": body.tell() < len(body.getbuffer())}

    headers = [
        (b"content-type", b"multipart/form-data; boundary=x"),
        (b"content-length", b"%d" % len(body.getbuffer())),
    ]
    scope = {"type": "http", "path": path, "method": "POST", "headers": headers}
    await LiveApp(otherwise=django)(scope, receive, AsyncMock())
    assert heard == ["Hello", True]
    # A browser listens once it has sent everything.
    assert not body.read()


async def test_more_is_taken_from_those_who_are_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """An agent's video, a shop's table, a mail service's letter."""
    monkeypatch.setattr(bodies, "signed_in", lambda key: key == "ada" or None)
    monkeypatch.setattr(webhooks, "is_ours", lambda path: path == "/mail/inbox/secret/")
    ada, megabytes = (b"cookie", f"{settings.SESSION_COOKIE_NAME}=ada".encode()), FULL // 1024 // 1024 + 20
    length = (b"content-length", str(megabytes * 1024 * 1024).encode())

    for path in ("/content/1/files", "/settings/shops/1/imports", "/mail/inbox/secret/"):
        _sent, got = await _ask([length, ada], megabytes, path)
        assert got == megabytes * 1024 * 1024, path
    for path in ("/content/1/files", "/settings/shops/1/imports", "/mail/inbox/guessed/", "/contact/form/"):
        sent, got = await _ask([length], megabytes, path)
        assert (sent[0]["status"], got) == (413, 0), path


async def test_one_address_cannot_fill_the_queue_with_strangers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever makes up a token for each message is somebody new each time; who is known goes on writing beside them."""
    monkeypatch.setattr(settings, "ASPA_CHAT_ADDRESS_BURST", 3)
    monkeypatch.setattr(writes, "_would_begin", lambda request, _item: request.visitor != "known")
    for name in ("message", "conversation"):
        monkeypatch.setattr(spoken, name, lambda *_given: {})
    limits, told = Limits(), AsyncMock()
    limits._addresses = Buckets(1000, 1000)
    began = SimpleNamespace(begins=True, is_new=True, written=SimpleNamespace(contact_id=1), within=None)
    app: Any = SimpleNamespace(
        limits=limits, threads=Threads(), group=SimpleNamespace(receive=AsyncMock(return_value=began))
    )

    async def says(visitor: str, address: str = "192.0.2.7") -> None:
        body = AsyncMock(return_value={"text": "osta", "client_id": "a"})
        inbox = SimpleNamespace(pk=1, brand_id=1, public_id="x")
        request: Any = SimpleNamespace(
            visitor=visitor, address=address, json=body, inbox=inbox, signed_in=None, token="", answer=told
        )
        await writes.message(app, request)

    for number in range(3):
        await says(f"stranger {number}")
    with pytest.raises(HttpError) as refused:
        await says("another stranger")
    assert (refused.value.status, app.group.receive.await_count) == (429, 3)
    await says("known")
    await says("a stranger elsewhere", "192.0.2.8")
    assert told.await_count == 5
    app.threads.close()


@pytest.mark.django_db
def test_who_has_a_conversation_begins_none(cast: Cast) -> None:
    says(cast.inbox, "hei", who="dee")
    item = inbound(cast.inbox, "ja vielä")

    def begins(who: str, another: bool = False) -> bool:
        request: Any = SimpleNamespace(inbox=cast.inbox, visitor=token_hash(who), signed_in=None)
        return writes._would_begin(request, dataclasses.replace(item, another=another))

    assert (begins("dee"), begins("dee", another=True), begins("eve")) == (False, True, True)
