"""A promise that is confirmed by one key while writing, and a reply that helps nobody."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import Talk


def test_a_promise_is_confirmed_by_one_key_and_kept_by_one_click(talk: Talk) -> None:
    dee, ben = talk("When will you know?")
    side, lines = ben.page.locator("#side"), ben.page.locator("desk-promises")
    ben.text.click()
    ben.page.keyboard.type("I'll get back to you tomorrow at 3 pm.")
    expect(lines.get_by_text(re.compile("^Promise: tomorrow at"))).to_be_visible()
    ben.page.keyboard.press("Alt+p")
    expect(lines.get_by_text("Confirmed")).to_be_visible()
    expect(ben.text).to_have_value("I'll get back to you tomorrow at 3 pm.")
    ben.page.keyboard.press("Control+Enter")
    ben.expect_handed_over()
    expect(dee.log.get_by_text(re.compile("promised to take care of this by"))).to_be_visible()
    expect(lines.locator("p")).to_have_count(0)
    side.get_by_role("button", name="Kept").click()
    expect(side.get_by_role("heading", name="Promises")).to_have_count(0)


def test_a_vague_reply_is_stopped_with_a_better_sentence(talk: Talk) -> None:
    dee, ben = talk("Is it waterproof?")
    lines = ben.page.locator("desk-promises")
    ben.text.click()
    ben.page.keyboard.type("No idea")
    # Faster than the look that follows typing.
    ben.page.keyboard.press("Control+Enter")
    expect(lines.get_by_text("This leaves the customer without an answer.")).to_be_visible()
    expect(ben.text).to_have_value("No idea")
    lines.get_by_role("button", name="Write this instead").click()
    expect(ben.text).to_have_value(re.compile("I'll find out"))
    ben.text.fill("No idea")
    expect(lines.get_by_role("button", name="Send anyway")).to_be_visible()
    lines.get_by_role("button", name="Send anyway").click()
    expect(dee.log.get_by_text("No idea")).to_be_visible()
