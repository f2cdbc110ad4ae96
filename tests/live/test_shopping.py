"""What shops' pages tell by aspa.js: nothing without consent, nothing by halves, and nobody's but one's own."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import jwt
import pytest

from testing.installation import Installation, People
from tests.live.conftest import SHOP, Visitor

Running = tuple[Installation, People]

YES, NO = {"consent": {"visits": True}}, {"consent": {"visits": False}}
PAGE = {"page": {"url": f"{SHOP}/sukat?token=x&koko=42", "title": "Sukat", "product": {"name": "Sukat", "id": 7}}}
CART = {"cart": {"items": [{"name": "Sukat", "price": 19.9}], "resumeUrl": f"{SHOP}/kori"}}
TABLES = ("visits_visit", "visits_browserconsent", "carts_waitingcart", "commerce_cart", "people_contact")


def kept(server: Installation) -> dict[str, int]:
    return {table: int(server.rows(f"SELECT count(*) FROM {table}")[0][0]) for table in TABLES}


def identity(people: People, sub: str, **more: Any) -> dict[str, str]:
    claims = {"sub": sub, "aud": people.slug, "exp": int(time.time()) + 600, **more}
    return {"X-Identity": jwt.encode(claims, people.identity_secret, algorithm="HS256")}


async def soon(server: Installation, query: str) -> Any:
    """What a subscriber does comes a moment later."""
    for _ in range(300):
        if found := server.rows(query):
            return found
        await asyncio.sleep(0.05)
    raise AssertionError(query)


async def test_without_consent_nothing_is_kept(running: Running) -> None:
    server, people = running
    before = kept(server)
    dee = Visitor(server, people.inbox)
    for told in (PAGE, CART, {**PAGE, **CART}):
        answer = await dee.post("shopping", told)
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "no_consent")
    assert (await dee.post("shopping", {**NO, **PAGE, **CART})).json()["kept"] == ["consent"]
    assert kept(server) == before


async def test_with_consent_it_waits_for_the_visitors_first_word_and_goes_with_a_no(running: Running) -> None:
    server, people = running
    dee, eve = Visitor(server, people.inbox), Visitor(server, people.inbox)
    before = kept(server)
    answer = await dee.post("shopping", {**YES, **PAGE, **CART})
    assert answer.json() == {"token": dee.token, "kept": ["consent", "page", "cart"], "visits": True}
    await dee.post("shopping", PAGE)
    await eve.post("shopping", {**YES, **PAGE})
    contact = (await dee.say("Hei")).json()["conversation"]["id"]
    ((contact, url),) = await soon(
        server,
        "SELECT v.contact_id, v.url FROM visits_visit v JOIN conversations_conversation c"
        f" ON c.contact_id = v.contact_id WHERE c.id = {contact}",
    )
    assert url == f"{SHOP}/sukat?koko=42"
    assert await soon(server, f"SELECT 1 FROM commerce_cart WHERE contact_id = {contact} AND value = 1990")
    assert await soon(server, f"SELECT 1 FROM privacy_consent WHERE contact_id = {contact} AND how = 'widget'")
    assert (await dee.post("shopping", PAGE)).json()["visits"] is True

    await dee.post("shopping", NO)
    assert server.rows(f"SELECT 1 FROM visits_visit WHERE contact_id = {contact}") == []
    assert (await dee.post("shopping", PAGE)).status_code == 403
    assert kept(server)["visits_visit"] == before["visits_visit"] + 1, "another visitor's"


async def test_who_is_signed_in_in_the_shop_has_a_cart_without_consent(running: Running) -> None:
    server, people = running
    before = kept(server)
    dee = Visitor(server, people.inbox)
    answer = await dee.post("shopping", {**PAGE, **CART}, **identity(people, "maija-1"))
    assert answer.json()["kept"] == ["cart"]
    ((contact,),) = server.rows("SELECT contact_id FROM people_identity WHERE kind = 'shop' AND value = 'maija-1'")
    assert server.rows(f"SELECT state FROM commerce_cart WHERE contact_id = {contact}") == [("open",)]
    # Somebody else who names the same cart, and one whose word isn't the shop's.
    named = {"cart": {**CART["cart"], "id": "1"}}
    await dee.post("shopping", named, **identity(people, "maija-1"))
    await Visitor(server, people.inbox).post("shopping", {"cart": {"id": "1", "items": []}}, **identity(people, "eve"))
    (found,) = server.rows(
        f"SELECT item_count FROM commerce_cart WHERE contact_id = {contact} AND updated_at IS NOT NULL"
    )
    assert found == (1,)
    for wrong in ({"exp": int(time.time()) - 600}, {"aud": "another"}):
        stranger = Visitor(server, people.inbox)
        assert (await stranger.post("shopping", CART, **identity(people, "x", **wrong))).status_code == 401
    assert kept(server)["visits_visit"] == before["visits_visit"]


@pytest.mark.parametrize(
    "told",
    [
        {}, {"page": 7}, {"page": {}}, {"page": {"url": "javascript:alert(1)"}}, {"page": {"url": "x" * 5000}},
        {"page": {"url": SHOP, "title": ["x"]}}, {"page": {"url": SHOP, "product": 7}}, {"consent": True},
        {"consent": {"visits": "yes"}}, {"consent": {"visits": True, "at": "yesterday"}}, {"cart": []},
        {"cart": {"items": [{"name": "x", "price": "NaN"}]}},
        {"cart": {"items": [{"name": "x"}], "resumeUrl": "https://evil.example/"}},
        {**PAGE, "cart": {"items": [{"name": ""}]}},
    ],
)  # fmt: skip
async def test_what_is_not_understood_is_said_and_nothing_of_it_kept(running: Running, told: dict[str, Any]) -> None:
    server, people = running
    before = kept(server)
    answer = await Visitor(server, people.inbox).post(
        "shopping", {**told, **({} if "consent" in told else YES)} if told else {}
    )
    assert answer.status_code == 422
    assert answer.json()["error"]["text"].endswith(".")
    assert kept(server) == before


async def test_another_sites_page_tells_nothing(running: Running) -> None:
    server, people = running
    before = kept(server)
    answer = await Visitor(server, people.inbox).post("shopping", {**YES, **PAGE}, Origin="https://evil.example")
    assert answer.status_code == 403
    assert "access-control-allow-origin" not in answer.headers
    assert (await Visitor(server, "nowhere").post("shopping", {**YES, **PAGE})).status_code == 404
    much = await Visitor(server, people.inbox).post("shopping", {**YES, "cart": {"items": ["x" * 100_000]}})
    assert much.status_code == 413
    assert kept(server) == before


async def test_newcomers_without_end_are_slowed_down(running: Running) -> None:
    server, people = running
    answers = [await Visitor(server, people.inbox).post("shopping", PAGE) for _ in range(70)]
    slowed = [answer for answer in answers if answer.status_code == 429]
    assert slowed
    assert int(slowed[0].headers["retry-after"]) >= 1
