"""The chat on a shop's page, as a customer uses it."""

from __future__ import annotations

import contextlib
import re

from playwright.sync_api import Locator, Page, TimeoutError, expect

from tests.browser.shop import Shop


class Widget:
    """Opens the shop's page. Words are the English ones; the language is the page's."""

    def __init__(self, page: Page, shop: Shop, *, path: str = "/", language: str = "en") -> None:
        self.page, self.shop = page, shop
        page.goto(shop.page(path, language))
        self.launcher = page.locator("aspa-chat .launcher")
        self.panel = page.locator("aspa-chat").get_by_role("dialog")
        self.log = self.panel.get_by_role("log")
        self.text = self.panel.get_by_role("textbox", name="Write a message")
        self.badge = page.locator("aspa-chat .badge")
        self.typing = self.panel.get_by_text(" is writing")

    def open(self) -> Widget:
        self.launcher.click()
        expect(self.panel).to_be_visible()
        return self

    def close(self) -> None:
        self.panel.get_by_role("button", name="Close the chat window").click()
        expect(self.panel).to_be_hidden()

    def button(self, name: str) -> Locator:
        return self.panel.get_by_role("button", name=name, exact=True)

    def say(self, text: str) -> None:
        """Write and send, as a keyboard does; whether it got through is another matter."""
        self.text.fill(text)
        self.text.press("Enter")
        expect(self.bubble(text)).to_have_count(1)

    def bubble(self, text: str) -> Locator:
        return self.log.locator(".bubble").filter(
            has=self.page.locator(".text", has_text=re.compile(f"^{re.escape(text)}$"))
        )

    def expect_sent(self) -> None:
        """Nothing is on its way any more: the server has acknowledged everything."""
        expect(self.panel.get_by_text(re.compile("· (sending|waiting for the network)"))).to_have_count(0)
        expect(self.log.get_by_text(re.compile("· (sent|read)")).last).to_be_visible()

    def types_until_seen(self, seen: Locator) -> None:
        """Write letter by letter until the other side shows it: what is told of typing is rationed."""
        for _ in range(40):
            self.text.press("o")
            with contextlib.suppress(TimeoutError):
                seen.wait_for(timeout=200)
                return
        raise AssertionError("The other side never saw that the customer is writing.")

    def texts(self) -> list[str]:
        """What stands in the conversation, in order."""
        return self.log.locator(".bubble .text").all_inner_texts()
