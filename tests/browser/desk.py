"""The desk, as an agent uses it."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect


class Desk:
    """Opens the desk's page at `path` for the agent whose session the page's context carries; without one it is open."""

    def __init__(self, page: Page, url: str, path: str = "") -> None:
        self.page, self.url = page, url
        if path:
            page.goto(url + path)
        self.list = page.locator("#list")
        self.log = page.get_by_role("log", name="Messages")
        self.text = page.get_by_role("textbox", name=re.compile("^Your (reply|note)$"))
        self.head = page.locator("#head")
        self.whisper = page.locator("#whisper")
        self.viewers = page.locator("#viewers")
        self.status = page.locator("desk-composer .status")
        self.toasts = page.locator("#toasts")

    def row(self, text: str) -> Locator:
        return self.list.get_by_role("article").filter(has_text=text)

    def open(self, text: str) -> Desk:
        """Open the conversation whose row in the list has the text."""
        self.row(text).get_by_role("link").click()
        expect(self.log).to_be_visible()
        return self

    def message(self, text: str) -> Locator:
        return self.log.locator("article").filter(
            has=self.page.locator(".bub", has_text=re.compile(rf"^\s*{re.escape(text)}\s*$"))
        )

    def write(self, text: str) -> None:
        self.text.fill(text)

    def reply(self, text: str) -> None:
        self.page.get_by_role("tab", name="Reply").click()
        self.write(text)
        self.send()

    def send(self) -> None:
        self.page.get_by_role("button", name=re.compile("^Send")).click()

    def note(self, text: str) -> None:
        self.page.get_by_role("tab", name="Note").click()
        self.write(text)
        self.page.get_by_role("button", name=re.compile("^Add the note")).click()

    def expect_handed_over(self) -> None:
        """Everything written here is stored."""
        expect(self.log.locator("article.sending, article.failed")).to_have_count(0)

    def act(self, name: str) -> None:
        self.head.get_by_role("button", name=name, exact=True).click()

    def texts(self) -> list[str]:
        return [text.strip() for text in self.log.locator("article .bub").all_inner_texts()]
