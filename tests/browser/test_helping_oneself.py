"""Help before a contact and beside it: an answer found in time, a person in one tap, an article given and written."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Pages, Running, Stage
from tests.browser.shop import shop
from tests.browser.test_accessibility import check
from tests.browser.test_phone import PHONE, expect_no_sideways_scrolling

# A brand of its own: what it publishes shows in no other test's chat.
BRAND = """
import django; django.setup()
from aspa.core.inboxes.models import Brand, Grant, Inbox
from aspa.core.people.models import Agent, Role
from aspa.service.knowledge import publishing
from aspa.service.knowledge.publishing import Text
from aspa.service.search import indexing
villa = Brand.objects.get(slug="villa")
brand, is_new = Brand.objects.get_or_create(slug="kirppu", defaults={"name": "Kirppu", "domains": villa.domains})
if is_new:
    inbox = Inbox.objects.create(brand=brand, name="Chat", channel="webchat", public_id="helping-oneself")
    Inbox.objects.create(brand=brand, name="Form", channel="form", public_id="helping-form")
    writer = Role.objects.create(name="Writer", permissions=["conversations.read", "conversations.reply", "content.write"])
    Grant.objects.create(agent=Agent.objects.get(email="ben@aspa.example"), role=writer, inbox=inbox)
    for title, body in (
        ("Returning a product", "You may **return** it within 30 days.\\n\\n## How\\n\\nUse the label in the parcel."),
        ("Paying for an order", "By card or by invoice."),
        ("Opening hours", "Every day from nine to five."),
    ):
        publishing.publish(publishing.create(brand, "faq", "en", Text(title=title, body=body), by=None), by=None)
    indexing.drain()
"""


@pytest.fixture
def helpful(running: Running, new_page: Pages) -> Iterator[Stage]:
    """The shop of a brand that has published articles."""
    running[0].run(BRAND)
    with contextlib.ExitStack() as opened:
        yield Stage(*running, opened.enter_context(shop(running[0].url, "helping-oneself")), new_page)


def test_an_article_by_keyboard_a_person_and_what_the_agent_makes_of_it(helpful: Stage) -> None:
    dee = helpful.customer().open()
    question = "Hello, how do I return a product?"
    dee.text.press_sequentially(question)
    maybe = dee.panel.get_by_role("group", name="Maybe this helps")
    expect(maybe.get_by_role("button", name="Returning a product")).to_be_visible()
    expect(maybe.get_by_role("button", name="Opening hours")).to_have_count(0)
    check(dee.page, "articles suggested")
    # Above the place to write, never over it; the arrow leads there from the text's beginning.
    over, below = maybe.bounding_box(), dee.text.bounding_box()
    assert over
    assert below
    assert over["y"] + over["height"] <= below["y"]
    dee.text.press("Home")
    dee.text.press("ArrowUp")
    dee.page.keyboard.press("Enter")
    article = dee.panel.get_by_role("article")
    expect(article.get_by_role("heading", name="Returning a product")).to_be_focused()
    expect(article).to_contain_text("Use the label in the parcel.")
    expect(dee.text).to_be_visible()
    expect(dee.panel.get_by_role("link", name="Open on the help site")).to_have_attribute(
        "href", f"{helpful.server.url}/help/kirppu/en/a/returning-a-product/"
    )
    check(dee.page, "an article in the chat")
    dee.button("No").click()
    expect(dee.panel.get_by_text("we help you on")).to_be_visible()
    dee.button("Write to a person").click()
    expect(dee.text).to_be_focused()
    expect(dee.text).to_have_value(question)
    dee.text.press("Enter")
    dee.expect_sent()
    expect(maybe).to_be_hidden()

    ben = helpful.ben(helpful.at(question))
    fits = ben.page.locator("#fitting")
    expect(fits.get_by_role("link", name="Returning a product")).to_be_visible()
    ben.log.focus()
    ben.page.keyboard.press("1")
    expect(ben.text).to_have_value(re.compile(r"^Returning a product: http.*/help/kirppu/en/a/returning-a-product/$"))
    ben.send()
    expect(dee.log.get_by_role("link", name=re.compile("returning-a-product"))).to_be_visible()
    ben.text.press_sequentially("?paying")
    expect(ben.page.get_by_role("option", name=re.compile("Paying for an order"))).to_be_visible()
    ben.text.press("Shift+Enter")
    expect(ben.text).to_have_value(re.compile(r"^By card or by invoice\.\n\nhttp"))
    ben.text.fill("")
    ben.head.get_by_role("button", name="More").click()
    ben.page.get_by_role("button", name="Write an article from this").click()
    expect(ben.page).to_have_url(re.compile(r"/content/\d+/$"))
    expect(ben.page.get_by_label("Title")).to_have_value("How do I return a product?")


def test_on_a_phone_the_search_leads_to_an_answer_and_one_tap_to_a_person(helpful: Stage) -> None:
    dee = helpful.customer(**PHONE)
    dee.launcher.tap()
    dee.button("Search for help").tap()
    field = dee.panel.get_by_role("searchbox", name="Search for help")
    expect(field).to_be_focused()
    field.fill("invoice")
    found = dee.panel.get_by_role("button", name=re.compile("^Paying for an order"))
    expect(found).to_be_visible()
    expect_no_sideways_scrolling(dee.page)
    check(dee.page, "searching on a phone")
    found.tap()
    expect(dee.panel.get_by_role("article")).to_contain_text("By card or by invoice.")
    dee.button("Yes").tap()
    expect(dee.panel.get_by_text("Good to hear")).to_be_visible()
    dee.button("Back").tap()
    expect(field).to_have_value("invoice")
    dee.button("Write to a person").tap()
    expect(dee.text).to_be_focused()
    expect(field).to_have_count(0)
    ((said,),) = helpful.server.rows("SELECT said FROM deflection_attempt WHERE said = 'yes'")
    assert said == "yes"


def test_on_the_contact_form_an_article_is_offered_while_one_writes(helpful: Stage) -> None:
    page = helpful.pages()
    page.goto(f"{helpful.server.url}/contact/helping-form/?lang=en")
    expect(page.get_by_role("button", name="Look for an answer first")).to_be_hidden()
    page.get_by_label("Message").press_sequentially("How do I return a product?")
    link = page.get_by_role("link", name="Returning a product")
    expect(link).to_be_visible()
    check(page, "articles beside the contact form")
    with page.expect_popup() as opened:
        link.click()
    expect(opened.value.get_by_role("heading", name="Returning a product")).to_be_visible()
    opened.value.close()
    verdict = page.get_by_role("group", name="Did “Returning a product” help?")
    verdict.get_by_role("button", name="Yes").click()
    expect(page.get_by_text("Thank you for telling us.")).to_be_visible()
    expect(page.get_by_role("button", name="Send")).to_be_enabled()
