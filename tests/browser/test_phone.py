"""On a phone, 390 × 844: the chat fills the screen, the desk is one column at a time."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.conftest import Stage

PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "has_touch": True,
    "is_mobile": True,
    # Measured where it stands, not on its way there.
    "reduced_motion": "reduce",
}


def expect_no_sideways_scrolling(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_chat_fills_the_screen(stage: Stage) -> None:
    dee = stage.customer(**PHONE)
    dee.launcher.tap()
    expect(dee.panel).to_be_visible()
    assert dee.panel.bounding_box() == {"x": 0, "y": 0, "width": 390, "height": 844}
    expect(dee.launcher).to_be_hidden()
    dee.text.fill("From the phone")
    # A thumb's Enter makes a line; the button sends.
    dee.text.press("Enter")
    expect(dee.text).to_have_value("From the phone\n")
    send = dee.button("Send")
    box = send.bounding_box()
    assert box, "there is a button to send"
    assert min(box["width"], box["height"]) >= 40, "a thumb hits it"
    send.tap()
    dee.expect_sent()
    expect_no_sideways_scrolling(dee.page)
    dee.button("Close the chat window").tap()
    expect(dee.launcher).to_be_visible()


def test_the_desk_folds_into_list_conversation_and_customer(stage: Stage) -> None:
    dee = stage.customer().open()
    dee.say("For the agent on the bus")
    dee.expect_sent()
    ben = stage.ben(**PHONE)
    expect(ben.row("For the agent on the bus")).to_be_visible()
    expect_no_sideways_scrolling(ben.page)

    ben.row("For the agent on the bus").get_by_role("link").tap()
    expect(ben.message("For the agent on the bus")).to_be_visible()
    expect(ben.list).to_be_hidden()
    customer = ben.page.get_by_role("complementary", name="Customer")
    expect(customer).to_be_hidden()
    expect_no_sideways_scrolling(ben.page)
    ben.reply("From the bus")
    expect(dee.bubble("From the bus")).to_have_count(1)
    for number in range(6):
        ben.reply(f"More, {number}")
        expect(ben.message(f"More, {number}")).to_have_count(1)
    ben.expect_handed_over()
    # The keyboard rises: the newest message stays in sight.
    ben.page.set_viewport_size({"width": 390, "height": 520})
    expect(ben.message("More, 5").locator(".bub")).to_be_in_viewport(ratio=0.99)
    ben.page.set_viewport_size({"width": 390, "height": 844})

    ben.head.get_by_role("button", name="Customer").tap()
    expect(customer).to_be_visible()
    expect(ben.log).to_be_hidden()
    customer.get_by_role("button", name="Back to the conversation").tap()
    expect(ben.log).to_be_visible()
    ben.page.locator("[data-back]").tap()
    expect(ben.list).to_be_visible()
    expect(ben.log).to_be_hidden()
    expect_no_sideways_scrolling(ben.page)
