"""The help site in a real browser: an answer without a contact, the way to a human, and how light and whole its pages are."""

from __future__ import annotations

import re
from contextlib import suppress
from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import CDPSession, Page, TimeoutError, expect

from tests.browser.conftest import Stage
from tests.browser.test_accessibility import PHONE, check

DESKTOP = {"width": 1440, "height": 860}
# What a slow phone fetches at its first page, everything in it, in bytes on the wire.
MOST = 60_000

CONTENT = """
import django; django.setup()
from aspa.core.inboxes.models import Brand, Inbox
from aspa.core.people.models import Agent
from aspa.service.knowledge import publishing, switches
from aspa.service.knowledge.models import Category, Version
brand, ada = Brand.objects.get(slug="villa"), Agent.objects.get(email="ada@aspa.example")
form = {"heading": "Write to us"}
Inbox.objects.get_or_create(brand=brand, channel="form", public_id="browser-form", name="Form", defaults={"settings": form})
if not Version.objects.filter(slug="sizes-of-socks").exists():
    for kind in ("article", "post"):
        switches.set_on(brand, kind, True)
    shelves = [
        Category.objects.create(brand=brand, slug=name.lower(), names={"en": name}, place=place)
        for place, name in enumerate(("Delivery", "Returns", "Products"))
    ]
    body = '''## By size

| Size | Foot |
|---|---|
| 36 | 23 cm |
| 40 | 25 cm |

> [!TIP]
> Between two sizes, take the smaller one.

## By hand

Measure your foot in the evening.

## For children

Leave a centimetre to grow. [All sizes](/help/villa/en/)
'''
    told = [("article", "Sizes of socks", shelves[2], body)]
    told += [("faq", f"When does parcel {number} come?", shelves[0], "In **two** days. " * 60) for number in range(12)]
    told += [("faq", f"How is a return made, part {number}?", shelves[1], "Put it back. " * 60) for number in range(12)]
    for kind, title, shelf, text in told:
        made = publishing.create(brand, kind, "en", publishing.Text(title=title, body=text), by=ada, category=shelf)
        publishing.publish(made, by=ada)
"""


class Weight:
    """What a page weighs on the wire, everything in it."""

    def __init__(self, page: Page) -> None:
        self.fetched: dict[str, float] = {}
        self._names: dict[str, str] = {}
        self._session: CDPSession = page.context.new_cdp_session(page)
        self._session.on("Network.responseReceived", self._named)
        self._session.on("Network.loadingFinished", self._finished)
        self._session.send("Network.enable")

    def _named(self, event: dict[str, Any]) -> None:
        self._names[event["requestId"]] = event["response"]["url"]

    def _finished(self, event: dict[str, Any]) -> None:
        self.fetched[self._names.get(event["requestId"], "?")] = event["encodedDataLength"]

    @property
    def total(self) -> float:
        return sum(self.fetched.values())


@pytest.fixture
def home(stage: Stage) -> str:
    stage.server.run(CONTENT)
    return f"{stage.server.url}/help/villa/en/"


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_an_answer_is_found_without_a_contact(stage: Stage, home: str, viewport: dict[str, int]) -> None:
    page = stage.pages(viewport=viewport, locale="en-GB")
    page.add_init_script(
        "new PerformanceObserver((seen) => { for (const one of seen.getEntries()) window.shifted = "
        "(window.shifted ?? 0) + one.value; }).observe({ type: 'layout-shift', buffered: true });"
    )
    weight = Weight(page)
    page.goto(home, wait_until="networkidle")
    assert 0 < weight.total < MOST, weight.fetched
    assert any("inter-help" in name for name in weight.fetched), weight.fetched
    is_whole(page, "the front page")

    find = page.get_by_role("combobox", name="Search the help")
    offered(page, "socks", "Sizes of socks")
    page.keyboard.press("ArrowDown")
    expect(find).to_have_attribute("aria-activedescendant", re.compile("find-hints-0"))
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Sizes of socks")
    is_whole(page, "an article")
    page.get_by_role("button", name="Yes").click()
    expect(page.get_by_text("Thank you for telling us")).to_be_visible()


def test_not_helpful_leads_to_a_human_in_one_tap(stage: Stage, home: str) -> None:
    page = stage.pages(viewport=PHONE, locale="en-GB", java_script_enabled=False)
    page.goto(f"{home}a/sizes-of-socks/")
    page.get_by_role("button", name="No").click()
    # Before anything else is asked the human is there.
    expect(page.get_by_role("link", name="Write to us")).to_be_visible()
    page.get_by_label("Something is missing").check()
    page.get_by_label("What did you look for?").fill("Size 50")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    page.get_by_role("link", name="Write to us").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Write to us")
    assert ("missing", "Size 50") in stage.server.rows("SELECT reason, text FROM knowledge_vote")


def test_whoever_is_there_is_met_in_the_chat(stage: Stage, home: str) -> None:
    stage.ben()
    page = stage.pages(viewport=PHONE, locale="en-GB")
    chat = page.get_by_role("link", name="Start a chat")
    # What is said of the chat is asked anew every few seconds.
    for _try in range(20):
        page.goto(f"{home}search/?q=socks")
        if chat.count():
            break
        page.wait_for_timeout(500)
    is_whole(page, "what was found")
    chat.click()
    expect(page.locator("aspa-chat").get_by_role("dialog").or_(page.get_by_role("dialog")).first).to_be_visible()


def offered(page: Page, words: str, title: str) -> None:
    """Type until the title is offered: the index follows what has just been published."""
    find = page.get_by_role("combobox", name="Search the help")
    option = page.get_by_role("option", name=title)
    for _try in range(60):
        find.fill("")
        with page.expect_response(re.compile("/suggest/")):
            find.press_sequentially(words)
        with suppress(TimeoutError):
            option.wait_for(timeout=500)
            return
    expect(option).to_be_visible()


def is_whole(page: Page, where: str) -> None:
    """Nothing jumps or sticks out, one heading and one main part, and axe finds nothing in the light or in the dark."""
    assert page.evaluate("window.shifted ?? 0") == 0, where
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), where
    for only_one in ("h1", "main", "body > header", "body > footer"):
        assert page.locator(only_one).count() == 1, (where, only_one)
    levels = page.evaluate("[...document.querySelectorAll('h1,h2,h3,h4')].map((one) => Number(one.tagName[1]))")
    assert all(after - before <= 1 for before, after in pairwise(levels)), (where, levels)
    check(page, where)
