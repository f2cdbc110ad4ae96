"""An agent finds what was written from the keyboard alone: in the palette, on the search page, and on a phone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Stage

pytestmark = pytest.mark.browser


def found_soon(page: Page, url: str, count: int = 1) -> None:
    """The index follows within a second."""
    page.goto(url)
    hits = page.locator(".found-list .found")
    for _try in range(60):
        if hits.count() >= count:
            return
        page.wait_for_timeout(250)
        page.reload()
    expect(hits).to_have_count(count)


def test_what_a_customer_wrote_is_found_by_keyboard(stage: Stage) -> None:
    customer = stage.customer()
    customer.open()
    customer.say("Pesin villasukat <b>liian</b> kuumassa")
    desk = stage.ada("/desk/search")
    page = desk.page
    found_soon(page, f"{stage.server.url}/desk/search?q=sukka")
    expect(page.locator(".found mark")).to_have_text("villasukat")
    expect(page.locator(".found-text")).to_contain_text("<b>liian</b>")

    # Operators are offered while one writes, and taken with Tab; names come next.
    field = page.get_by_role("combobox", name="Search conversations and customers")
    field.fill("sukka chann")
    expect(page.get_by_role("option", name=re.compile("^channel:"))).to_be_visible()
    field.press("Tab")
    expect(field).to_have_value("sukka channel:")
    field.press_sequentially("chat")
    expect(page.get_by_role("option")).to_have_text("Chat")
    field.press("ArrowDown")
    field.press("Enter")
    expect(field).to_have_value("sukka channel:Chat ")
    field.press("Enter")
    expect(page).to_have_url(re.compile("q=sukka"))
    expect(page.locator(".found")).to_have_count(1)
    page.locator("body").press("j")
    page.keyboard.press("Enter")
    expect(desk.log).to_be_visible()

    # The palette shows the first of it as one types, and leads to all of it.
    expect(desk.text).to_be_enabled()
    page.evaluate("customElements.whenDefined('desk-composer')")
    page.keyboard.press("Control+k")
    palette = page.get_by_role("dialog", name="Find or do")
    palette.get_by_role("combobox").fill("liian villasu")
    expect(palette.get_by_role("option").filter(has_text="kuumassa")).to_be_visible()
    palette.get_by_role("option", name="Show everything found").click()
    expect(page).to_have_url(re.compile(r"/desk/search\?q=liian"))
    expect(page.locator(".found")).to_have_count(1)


def test_the_search_fits_a_phone(stage: Stage) -> None:
    page = stage.signed_in(stage.people.ada, viewport={"width": 390, "height": 844})
    page.goto(f"{stage.server.url}/desk/search")
    expect(page.get_by_role("region", name="Search terms")).to_be_visible()
    page.get_by_role("combobox").fill("colour:red kirahvi")
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page.get_by_text("Nothing found.")).to_be_visible()
    expect(page.get_by_text("is no search term here")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
