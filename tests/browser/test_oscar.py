"""A real shop, django-oscar: somebody fills a cart and asks; what agents see of it; and the cart that is bought after all."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from testing.oscar.goods import EMAIL, PASSWORD
from testing.oscar.running import oscar
from tests.browser.conftest import Stage
from tests.browser.widget import Widget

QUESTION = "Are the grey socks pure wool?"
LOOK_AT_CARTS = "import django; django.setup()\nfrom aspa.service.carts import buying\nbuying.sweep()"


@pytest.fixture
def lumikki(stage: Stage, tmp_path: Path) -> Iterator[str]:
    with oscar(stage.server, stage.people, tmp_path) as address:
        yield address


class Chat(Widget):
    """On a page that is open already."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.launcher = page.locator("aspa-chat .launcher")
        self.panel = page.locator("aspa-chat").get_by_role("dialog")
        self.log = self.panel.get_by_role("log")
        self.text = self.panel.get_by_role("textbox", name="Write a message")


def soon(stage: Stage, query: str, wanted: object) -> None:
    """What the shop's page tells goes beside what the person does."""
    deadline = time.monotonic() + 20
    while (found := stage.server.rows(query)) != wanted:
        assert time.monotonic() < deadline, f"{query}: {found}"
        time.sleep(0.1)


def counted(stage: Stage, what: str) -> int:
    return int(stage.server.rows(f"SELECT count(*) FROM {what}")[0][0])


def signs_in(dee: Page, lumikki: str) -> None:
    dee.goto(f"{lumikki}/accounts/login/")
    dee.locator("#id_login-username").fill(EMAIL)
    dee.locator("#id_login-password").fill(PASSWORD)
    dee.get_by_role("button", name="Log In").click()


def test_a_cart_is_left_for_a_question_and_bought_after_it(stage: Stage, lumikki: str) -> None:
    dee = stage.pages()
    before = counted(stage, "visits_visit")
    dee.goto(f"{lumikki}/catalogue/")
    expect(dee.locator("aspa-chat .launcher")).to_be_visible()
    dee.goto(f"{lumikki}/catalogue/red-hat_2/?email=maija%40example.fi")
    expect(dee.locator("aspa-chat .launcher")).to_be_visible()
    assert counted(stage, "visits_visit") == before, "nobody has agreed to anything yet"
    dee.get_by_role("button", name="That is fine").click()
    seen_here = f"FROM visits_visit WHERE url LIKE '{lumikki}%'"
    soon(stage, f"SELECT product, url {seen_here}", [("Red hat", f"{lumikki}/catalogue/red-hat_2/")])

    signs_in(dee, lumikki)
    dee.goto(f"{lumikki}/catalogue/grey-wool-socks_1/")
    dee.locator("#add_to_basket_form").get_by_role("button", name="Add to basket").click()
    dee.wait_for_load_state()
    soon(
        stage,
        f"SELECT state, value, item_count FROM commerce_cart WHERE resume_url LIKE '{lumikki}%'",
        [("open", 1990, 1)],
    )
    dee.goto(f"{lumikki}/catalogue/")
    chat = Chat(dee).open()
    chat.say(QUESTION)
    chat.expect_sent()

    ben = stage.ben(stage.at(QUESTION))
    cart = ben.page.locator("#part-cart")
    expect(cart).to_contain_text("Grey wool socks")
    expect(cart).to_contain_text("€19.90")
    expect(cart.get_by_role("button", name="Offer the cart")).to_be_disabled()
    seen = ben.page.locator("#part-visits")
    expect(seen).to_contain_text("Red hat")
    expect(seen).to_contain_text("Grey wool socks")
    ben.reply("Yes, pure wool from Finnish sheep.")
    ben.expect_handed_over()
    ben.act("Ask if solved")
    expect(chat.log).not_to_contain_text("Your cart is still here")

    chat.button("Yes, it is solved").click()
    card = chat.log.locator(".receipt", has_text="Your cart is still here")
    expect(card).to_contain_text("1 × Grey wool socks")
    expect(ben.log).to_contain_text("The customer was shown their open cart, €19.90")
    card.get_by_role("link", name="Go on with the cart").click()
    dee.wait_for_url(f"{lumikki}/basket/")
    expect(ben.log).to_contain_text("The customer went on with the cart")

    dee.get_by_role("link", name="Proceed to checkout").click()
    dee.get_by_role("button", name="Ship to your default shipping address").click()
    dee.get_by_role("link", name=re.compile("Continue")).click()
    dee.get_by_role("button", name="Place order").click()
    expect(dee.get_by_text(re.compile("Your order has been placed"))).to_be_visible()
    soon(
        stage,
        "SELECT status, total, cart_external_id FROM commerce_order WHERE number = '100001'",
        [("placed", 1990, "1")],
    )
    stage.server.run(LOOK_AT_CARTS)
    expect(ben.log).to_contain_text("The cart was bought, order 100001")

    ada = stage.signed_in(stage.people.ada)
    ada.goto(f"{stage.server.url}/settings/carts/")
    result = ada.get_by_role("row", name=re.compile(r"Villa 1 1 1 100\s% €19\.90"))
    deadline = time.monotonic() + 30
    # Who counts reads the journal a moment later.
    while not result.count():
        assert time.monotonic() < deadline, ada.get_by_role("table").all_inner_texts()
        ada.reload()
