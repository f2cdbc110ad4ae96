"""Every public door, with what doesn't belong: the right status, a clear error, nothing changed, nothing private logged."""

from __future__ import annotations

import json
import uuid
from typing import Any
from urllib.parse import quote

import httpx
import pytest
import websockets
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from testing.installation import Installation, People
from tests.live.conftest import SHOP, Stream, Visitor, desk

Running = tuple[Installation, People]

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6364f8cf500f000386018059a35df6"
    "0000000049454e44ae426082"
)


def _messages(server: Installation) -> int:
    """Of customers: receipts of what tests before have written may come any time."""
    return int(server.rows("SELECT count(*) FROM conversations_message WHERE kind = 'incoming'")[0][0])


@pytest.mark.parametrize(
    ("body", "content_type", "status", "code"),
    [
        (b"{", "application/json", 400, "bad_json"),
        (b"[]", "application/json", 400, "bad_json"),
        (b"\x00\xff\xfe", "application/json", 400, "bad_json"),
        (b"[" * 50_000, "application/json", 400, "bad_json"),
        (b'{"client_id":"a","text":"hei"}', "text/plain", 415, "not_json"),
        (b'{"text":"hei"}', "application/json", 400, "bad_message"),
        (b'{"client_id":"../..","text":"hei"}', "application/json", 400, "bad_message"),
        (b'{"client_id":"a","text":7}', "application/json", 400, "bad_message"),
        (b'{"client_id":"a","text":"hei","attachments":"x"}', "application/json", 400, "bad_message"),
        (b'{"client_id":"a","text":"hei","attachments":["none"]}', "application/json", 409, "attachment"),
        (b'{"client_id":"a","text":"   "}', "application/json", 422, "empty"),
        (json.dumps({"client_id": "a", "text": "x" * 5001}).encode(), "application/json", 422, "too_long"),
        (json.dumps({"client_id": "a", "text": "x" * 100_000}).encode(), "application/json", 413, "too_large"),
    ],
)
async def test_messages_that_are_none(running: Running, body: bytes, content_type: str, status: int, code: str) -> None:
    server, people = running
    before = _messages(server)
    async with httpx.AsyncClient() as http:
        answer = await http.post(
            f"{server.url}/chat/v1/{people.inbox}/messages",
            content=body,
            headers={"Origin": SHOP, "Content-Type": content_type},
        )

    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert answer.json()["error"]["text"]
    assert _messages(server) == before


async def test_wrong_doors(running: Running) -> None:
    server, people = running
    dee = Visitor(server, people.inbox)
    dee.token = "short"
    assert (await dee.say("hei")).status_code == 401
    dee.token = None
    assert (await dee.get("messages")).status_code == 405
    assert (await dee.get("nothing")).status_code == 404
    assert (await Visitor(server, "nowhere").say("hei")).status_code == 404
    assert (await dee.get("events?after=abc")).status_code == 400
    assert (await dee.get("history?before=-1")).status_code == 400
    assert (await dee.post("solved", {"answer": "perhaps"})).status_code == 400
    assert (await dee.post("read", {"message_id": "1; DROP TABLE"})).status_code == 400
    assert (await dee.post("transcript", {"email": "not an address"})).status_code == 422
    assert (await dee.get("attachments/../../etc/passwd")).status_code in (403, 404)
    assert (await dee.get("attachments/none/x")).status_code == 404


async def test_another_sites_page_may_not_use_the_chat(running: Running) -> None:
    server, people = running
    before = _messages(server)
    evil = {"Origin": "https://evil.example"}
    dee = Visitor(server, people.inbox)
    for answer in (
        await dee.post("messages", {"client_id": "e1", "text": "hei"}, **evil),
        await dee.get("config", **evil),
        await dee.http.options(f"{dee.base}/messages", headers=evil),
    ):
        assert answer.status_code == 403
        assert "access-control-allow-origin" not in answer.headers
    for origin in ("https://evil.example", "https://shop.example.evil.example", "null", "http://["):
        with pytest.raises(websockets.InvalidStatus) as refused:
            await websockets.connect(dee.base.replace("http", "ws", 1) + "/socket", origin=origin)  # type: ignore[arg-type]
        assert refused.value.response.status_code == 403
    assert _messages(server) == before


async def test_the_shops_page_may(running: Running) -> None:
    server, people = running
    dee = Visitor(server, people.inbox)
    preflight = await dee.http.options(f"{dee.base}/messages", headers={"Origin": SHOP})
    assert preflight.status_code == 204
    assert preflight.headers["access-control-allow-origin"] == SHOP
    assert "access-control-allow-credentials" not in preflight.headers
    assert "set-cookie" not in (await dee.say("hei")).headers


@pytest.mark.parametrize(
    ("content", "name", "status"),
    [
        (b"", "tyhjä.png", 422),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "kuva.png", 415),
        (b"<html><script>alert(1)</script>", "kuva.jpg", 415),
        (b"MZ\x90\x00\x03", "ohjelma.png", 415),
        (PNG[:30], "rikki.png", 422),
    ],
)
async def test_files_that_are_not_what_they_say(running: Running, content: bytes, name: str, status: int) -> None:
    server, people = running
    dee = Visitor(server, people.inbox)
    answer = await dee.http.post(
        f"{dee.base}/attachments", content=content, headers={**dee.headers, "X-File-Name": quote(name)}
    )

    assert answer.status_code == status
    assert answer.json()["error"]["text"]


async def test_a_file_past_the_limit_is_cut_off(running: Running) -> None:
    server, people = running
    dee = Visitor(server, people.inbox)

    async def endless() -> Any:
        for _ in range(22):
            yield b"x" * 1024 * 1024

    answer = await dee.http.post(f"{dee.base}/attachments", content=endless(), headers=dee.headers)

    assert answer.status_code == 413


async def test_files_are_safe_to_open_and_belong_to_their_sender(running: Running) -> None:
    server, people = running
    dee, stranger = Visitor(server, people.inbox), Visitor(server, people.inbox)
    await dee.say("hei")
    await stranger.say("hei")
    text = await dee.http.post(
        f"{dee.base}/attachments", content=b"hei vaan", headers={**dee.headers, "X-File-Name": "..%2F..%2Fa%22b.html"}
    )
    assert text.status_code == 201
    served = await dee.http.get(text.json()["url"])
    assert served.headers["content-disposition"].startswith("attachment;")
    assert served.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in served.headers["content-security-policy"]
    stolen = await stranger.say("varastin", attachments=[text.json()["id"]])
    assert stolen.status_code == 409
    assert (await dee.say("oma", attachments=[text.json()["id"]])).status_code == 201


async def test_frames_that_are_none(running: Running) -> None:
    server, people = running
    for frame in ("{", "[]", '"hello"', '{"type":7}', '{"type":"read"}', '{"type":"hello","token":"x"}', "x" * 20_000):
        dee = Visitor(server, people.inbox)
        socket = await websockets.connect(dee.base.replace("http", "ws", 1) + "/socket", origin=SHOP)  # type: ignore[arg-type]
        stream = Stream(socket)
        await socket.send(frame)
        assert (await stream.next())["type"] == "error"
        await socket.wait_closed()
        assert socket.close_code == 1008


async def test_the_desk_opens_for_agents_of_this_site_only(running: Running) -> None:
    server, people = running
    with pytest.raises(websockets.InvalidStatus):
        await desk(server, people.ben, origin="https://evil.example")
    stranger = await websockets.connect(
        f"ws://127.0.0.1:{server.ports[0]}/live/desk",
        origin=server.url,  # type: ignore[arg-type]
        additional_headers={"Cookie": "aspa_session=nothing"},
    )
    await stranger.wait_closed()
    assert stranger.close_code == 4401
    async with httpx.AsyncClient() as http:
        assert (await http.get(f"{server.url}/live/desk/events?after=0.0")).status_code == 401
        answer = await http.get(f"{server.url}/live/desk/events?after=1'--", headers={"Cookie": people.ben})
        assert answer.status_code == 400


async def test_script_laden_text_is_kept_as_text(running: Running) -> None:
    server, people = running
    dee = Visitor(server, people.inbox)
    text = "<script>alert(1)</script> <img src=x onerror=alert(1)> javascript:alert(1) \u202egnp.exe\x00"
    said = (await dee.say(text, contact={"name": "<b>Dee</b>"})).json()
    assert said["message"]["text"].startswith("<script>")
    async with httpx.AsyncClient() as http:
        page = await http.get(
            f"{server.url}/desk/conversations/{said['conversation']['id']}/", headers={"Cookie": people.ben}
        )
    assert page.status_code == 200
    assert "<script>alert" not in page.text
    assert "<img src=x" not in page.text
    assert "<b>Dee</b>" not in page.text


async def test_nothing_private_is_logged(running: Running) -> None:
    server, people = running
    dee = Visitor(server, people.inbox)
    secret = f"salaisuus-{uuid.uuid4()}"
    await dee.say(secret, contact={"email": f"{secret}@example.com"})
    await dee.post("transcript", {"email": f"{secret}@example"})
    await dee.say(secret, attachments=["none"])
    token, dee.token = dee.token, "bad"
    await dee.say(secret)

    assert secret not in server.log
    assert str(token) not in server.log
    assert "Traceback" not in server.log


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=st.dictionaries(
        st.sampled_from(
            ["client_id", "text", "attachments", "contact", "page", "language", "answer", "message_id", "email"]
        ),
        JSON,
    ),
    path=st.sampled_from(["messages", "end", "solved", "reopen", "read", "transcript"]),
)
def test_whatever_json_says_the_server_answers_clearly(running: Running, body: dict[str, Any], path: str) -> None:
    server, people = running
    answer = httpx.post(
        f"{server.url}/chat/v1/{people.inbox}/{path}", content=json.dumps(body).encode(),
        headers={"Content-Type": "application/json", "Origin": SHOP}, timeout=60,
    )  # fmt: skip
    assert answer.status_code < 500, answer.text
    assert answer.is_success or answer.json()["error"]["code"]


async def test_half_letters_and_nul_do_no_harm(running: Running) -> None:
    """A page can cut its title in the middle of an emoji; its customer must still be able to write."""
    server, people = running
    dee = Visitor(server, people.inbox)
    body = (
        rb'{"client_id":"half","text":"hei","page":{"url":"https://shop.example/","title":"Villa \ud83d\u0000"},'
        rb'"contact":{"name":"De\ud800e","question":"XL\ud800"},"attachments":[]}'
    )
    answer = await dee.http.post(
        f"{dee.base}/messages", content=body, headers={"Origin": SHOP, "Content-Type": "application/json"}
    )
    assert answer.status_code == 201

    assert (await dee.get("attachments/%00/x")).status_code == 404
    assert (await dee.http.get(f"{server.url}/chat/v1/%00/config")).status_code == 404
    dee.token = answer.json()["token"]
    assert (await dee.get("events?after=0.99999999999999999999999999999")).status_code == 400


async def test_a_place_that_is_not_in_the_journal_yet_gets_the_whole_state(running: Running) -> None:
    """After a backup was restored a page may be ahead of us; waiting there it would never hear anything."""
    server, people = running
    dee = Visitor(server, people.inbox)
    await dee.say("hei")
    state = (await dee.get("events?after=9223372036854775807.1&wait=5")).json()
    assert state["messages"][0]["text"] == "hei"
