"""The contact form in a real browser, with and without scripts, on a phone and by keyboard."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Stage
from tests.browser.test_accessibility import PHONE, check

FORM = """
import django; django.setup()
from aspa.core.inboxes.models import Brand, Inbox
asks = {"ask_order": "optional", "topics": "Delivery\\nReturns", "heading": "Write to us"}
brand = Brand.objects.get(slug="villa")
Inbox.objects.get_or_create(brand=brand, channel="form", public_id="browser-form", name="Form", defaults={"settings": asks})
"""
# A form is not taken sooner than anybody could fill it in.
SOONEST = 2200


@pytest.fixture
def address(stage: Stage) -> str:
    stage.server.run(FORM)
    return f"{stage.server.url}/contact/browser-form/?lang=en"


def fill(page: Page, text: str) -> None:
    page.get_by_label("Name").fill("Dee Dahl")
    page.get_by_label("What is it about?").select_option("Returns")
    page.get_by_label("Message").fill(text)


def test_without_scripts_on_a_phone(stage: Stage, address: str) -> None:
    page = stage.pages(java_script_enabled=False, viewport=PHONE)
    page.expected_errors += ["422"]  # type: ignore[attr-defined]
    page.goto(address)
    fill(page, "The parcel came broken")
    page.get_by_label("Files").set_input_files(
        {"name": "list.txt", "mimeType": "text/plain", "buffer": b"One cup, two plates"}
    )
    page.wait_for_timeout(SOONEST)
    page.get_by_role("button", name="Send").click()

    # The address is missing; what was written and chosen is still there.
    expect(page.get_by_role("alert")).to_contain_text("E-mail")
    expect(page.get_by_label("Message")).to_have_value("The parcel came broken")
    expect(page.get_by_label("list.txt")).to_be_checked()
    page.get_by_label("E-mail").fill("dee@home.example")
    page.get_by_role("button", name="Send").click()

    expect(page.get_by_role("heading")).to_have_text("Your message has arrived")
    conversation = stage.conversation_of("The parcel came broken")
    desk = stage.ada(f"/desk/conversations/{conversation}/?view=all")
    expect(desk.page.get_by_text("The parcel came broken").last).to_be_visible()
    expect(desk.page.get_by_text("list.txt").first).to_be_visible()


def test_by_keyboard_alone_and_nothing_wrong_with_it(stage: Stage, address: str) -> None:
    page = stage.pages()
    page.goto(address)
    check(page, "the contact form")
    page.keyboard.press("Tab")
    for typed in ("Dee Dahl", "dee@home.example", "10234", "R", "By keyboard"):
        page.keyboard.type(typed)
        page.keyboard.press("Tab")
    page.wait_for_timeout(SOONEST)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading")).to_have_text("Your message has arrived")
    check(page, "the thanks")
    assert stage.conversation_of("By keyboard")


def test_it_tells_at_once_when_somebody_comes_to_the_chat(stage: Stage, address: str) -> None:
    stage.wait_until_nobody_is_here()
    page = stage.pages()
    page.goto(address)
    chat = page.locator(".opening").first
    expect(chat).to_contain_text("nobody is there just now")
    desk = stage.ada("/desk/")
    expect(chat).to_contain_text("open, somebody is there")
    desk.page.close()
    expect(chat).to_contain_text("nobody is there just now")
