"""A review's way in a real browser: from the letter's link to the shop's product page, with a photo and an answer."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from aspa.service.reviews.tests.buying import picture
from tests.browser.conftest import Stage
from tests.browser.test_accessibility import PHONE, check
from tests.browser.test_contact_form import SOONEST

ORDER = """
import django; django.setup()
from aspa.core.inboxes.models import Brand
from aspa.core.people.models import Contact
from aspa.kit import clock
from aspa.service.knowledge import switches
from aspa.service.moderation import rules
from aspa.service.moderation.models import HouseRules
from aspa.service.reviews import inviting
from aspa.service.reviews.tests.buying import buys
brand = Brand.objects.get(slug="villa")
switches.set_on(brand, "review", is_on=True)
rules.set_rules(HouseRules(brand=brand, hold="all"))
dee = Contact.objects.create(brand=brand, name="Dee Dahl", language="en", created_at=clock.now())
print(inviting.link(inviting.invite(buys(dee)), "en"))
"""
SHIFTED = """() => new Promise((done) => {
  let sum = 0;
  new PerformanceObserver((list) => { for (const entry of list.getEntries()) sum += entry.value; })
    .observe({ type: "layout-shift", buffered: true });
  requestAnimationFrame(() => requestAnimationFrame(() => done(sum)));
})"""


@pytest.fixture
def link(stage: Stage) -> str:
    return stage.server.run(ORDER).split()[-1]


def test_written_by_a_buyer_moderated_answered_and_seen_in_the_shop(stage: Stage, link: str) -> None:
    buyer = stage.pages(java_script_enabled=False, viewport=PHONE)
    buyer.goto(link)
    buyer.get_by_role("link", name="Neule Saaristo").click()
    buyer.get_by_label("Good", exact=True).check()
    buyer.get_by_label("In a few words").fill("Warm as toast")
    buyer.get_by_label("What was good").fill("Worn it every day since October.\n<b>Really</b>.")
    buyer.get_by_label("Photos", exact=True).set_input_files(
        {"name": "me.jpg", "mimeType": "image/jpeg", "buffer": picture(size=(1200, 900))}
    )
    expect(buyer.get_by_label("Your name as others see it")).to_have_value("Dee D.")
    buyer.wait_for_timeout(SOONEST)
    buyer.get_by_role("button", name="Send the review").click()
    expect(buyer.get_by_text("waiting to be looked at")).to_be_visible()

    shop = stage.pages()
    shop.goto(stage.shop.page("/neule"))
    expect(shop.get_by_text("Nobody has reviewed this yet")).to_be_visible()

    desk = stage.signed_in(stage.people.ada)
    desk.goto(f"{stage.server.url}/content/reviews/?shelf=held")
    desk.get_by_role("link", name="Warm as toast").click()
    check(desk, "a review at the desk")
    desk.get_by_role("button", name="Publish").click()
    desk.get_by_role("textbox", name="Public answer").fill("Thank you, Dee. Wash it in cool water and it lasts.")
    desk.get_by_role("button", name="Answer in public").click()
    expect(desk.get_by_text("The answer is public now.")).to_be_visible()

    # Somebody else: a browser keeps the block for a minute.
    seen_in_the_shop(stage, stage.pages())
    seen_on_the_help_site(stage, link)


def seen_in_the_shop(stage: Stage, shop: Page) -> None:
    shop.goto(stage.shop.page("/neule"))
    block = shop.locator("[data-aspa-reviews]")
    expect(block.get_by_text("Worn it every day since October.")).to_contain_text("<b>Really</b>")
    expect(block.get_by_text("Ada Aalto")).to_be_visible()
    expect(block.locator(".photos img")).to_have_js_property("complete", True)
    assert block.locator(".photos img").evaluate("image => image.naturalWidth") == 320
    expect(shop.locator("[data-aspa-rating]")).to_contain_text("4.0 (1)")
    assert shop.evaluate(SHIFTED) == 0
    check(shop, "the shop's product page")
    assert '"reviewCount":1' in (block.locator("script").text_content() or "")


def seen_on_the_help_site(stage: Stage, link: str) -> None:
    page = stage.pages(viewport=PHONE)
    page.goto(f"{stage.server.url}/help/villa/en/reviews/")
    page.get_by_role("link", name="Neule Saaristo").click()
    expect(page.get_by_role("heading", name="Warm as toast")).to_be_visible()
    check(page, "reviews of a product")
    page.get_by_role("link", name="With photos").click()
    expect(page.get_by_role("article")).to_have_count(1)
    page.get_by_role("link", name="1 stars").click()
    expect(page.get_by_text("No review is like that.")).to_be_visible()
    page.goto(link)
    page.get_by_role("link", name="Neule Saaristo").click()
    check(page, "the form of a review")
