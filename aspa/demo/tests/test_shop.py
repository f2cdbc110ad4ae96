from __future__ import annotations

import asyncio

import httpx
import jwt
import pytest

from aspa.demo.shop.app import Chat, ShopWindow
from aspa.demo.shop.goods import SHOPS, VILLA, WORDS

ASPA = "http://aspa.example"
SECRET = "a-secret-of-thirty-two-bytes-or-more"


class Browser:
    """Keeps its cookies from page to page and follows nothing by itself."""

    def __init__(self) -> None:
        chats = {
            shop.key: Chat(f"inbox-{shop.key}", shop.key, SECRET, "form-villa" if shop is VILLA else "")
            for shop in SHOPS
        }
        self._transport = httpx.ASGITransport(ShopWindow(ASPA, chats).app)
        self._cookies = httpx.Cookies()

    def get(self, path: str) -> httpx.Response:
        return asyncio.run(self._ask("GET", path, {}))

    def post(self, path: str, *, referer: str = "") -> httpx.Response:
        return asyncio.run(self._ask("POST", path, {"Referer": referer}))

    async def _ask(self, method: str, path: str, headers: dict[str, str]) -> httpx.Response:
        async with httpx.AsyncClient(
            transport=self._transport, base_url="http://shop.example", cookies=self._cookies, headers=headers
        ) as client:
            answer = await client.request(method, path)
            self._cookies = client.cookies
            return answer


@pytest.fixture
def shop() -> Browser:
    return Browser()


@pytest.mark.parametrize(
    "path", ["/", "/goods", "/cart", "/contact", "/goods/neule", "/kaisla/", "/kaisla/goods/valosarja"]
)
def test_every_page_carries_the_chat_under_a_strict_policy(shop: Browser, path: str) -> None:
    page = shop.get(path)
    assert page.status_code == 200
    assert f'src="{ASPA}/widget/aspa.js"' in page.text
    assert f'data-inbox="inbox-{"kaisla" if "kaisla" in path else "villa"}"' in page.text
    assert "data-identity" not in page.text
    policy = page.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert f"script-src 'self' {ASPA};" in policy
    assert "ws://aspa.example" in policy
    assert " style=" not in page.text


@pytest.mark.parametrize(
    ("path", "language"), [("/", "fi"), ("/sv/", "sv"), ("/en/goods", "en"), ("/kaisla/sv/cart", "sv")]
)
def test_pages_speak_three_languages(shop: Browser, path: str, language: str) -> None:
    page = shop.get(path)
    assert f'<html lang="{language}">' in page.text
    assert WORDS["contact"][language] in page.text


def test_the_contact_form_stands_in_its_page_without_scripts(shop: Browser) -> None:
    assert 'href="/sv/contact"' in shop.get("/sv/").text.split("<footer>")[1]
    page = shop.get("/sv/contact")
    frame = page.text.split('<iframe class="form"')[1].split("</iframe>")[0]
    assert f'src="{ASPA}/contact/form-villa/?lang=sv"' in frame
    assert f"frame-src {ASPA} " in page.headers["content-security-policy"]
    # The workshop has none.
    assert "<iframe" not in shop.get("/kaisla/contact").text


def test_signing_in_names_the_customer_with_a_signature(shop: Browser) -> None:
    came_back = shop.post("/sign-in", referer="http://shop.example/goods/neule")
    assert came_back.headers["location"] == "/goods/neule"
    identity = shop.get("/").text.split('data-identity="')[1].split('"')[0]
    claims = jwt.decode(identity, SECRET, algorithms=["HS256"], audience="villa")
    assert (claims["sub"], claims["name"]) == ("1001", "Maija Koskinen")
    shop.post("/sign-in")
    assert "data-identity" not in shop.get("/").text


def test_signing_in_leads_nowhere_else(shop: Browser) -> None:
    answer = shop.post("/sign-in", referer="http://shop.example//elsewhere.example")
    assert answer.headers["location"] == "/elsewhere.example"


@pytest.mark.parametrize("path", ["/nothing", "/goods/nothing", "/static/nothing.css", "/static/%2e%2e/app.py"])
def test_what_is_not_there_is_not_found(shop: Browser, path: str) -> None:
    assert shop.get(path).status_code == 404


def test_each_product_has_its_picture(shop: Browser) -> None:
    for window in SHOPS:
        for name in [window.hero, *(product.slug for product in window.products)]:
            assert shop.get(f"/static/pictures/{name}.svg").headers["content-type"] == "image/svg+xml"
