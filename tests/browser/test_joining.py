"""One matter in two conversations, or two in one: merged and taken back, split, linked, each clicked at the desk."""

from __future__ import annotations

import re
import uuid

import httpx
from playwright.sync_api import Route, expect

from tests.browser.conftest import Stage, Talk
from tests.browser.desk import Desk


class Customer:
    """Writes through the chat's door without a browser; `begins` starts one conversation after the other."""

    def __init__(self, stage: Stage) -> None:
        self.base = f"{stage.server.url}/chat/v1/{stage.people.inbox}"
        self.headers = {"Origin": stage.shop.origin}

    def says(self, text: str, **more: object) -> dict[str, object]:
        answer = self._post("messages", {"client_id": str(uuid.uuid4()), "text": text, "language": "en", **more})
        self.headers["Authorization"] = f"Bearer {answer['token']}"
        conversation: dict[str, object] = answer["conversation"]
        return conversation

    def begins(self, text: str) -> str:
        """The reference of the conversation."""
        if "Authorization" in self.headers:
            self._post("end", {})
        return str(self.says(text, another=True)["reference"])

    def _post(self, path: str, body: object) -> dict[str, dict[str, object]]:
        answer = httpx.post(f"{self.base}/{path}", json=body, headers=self.headers, timeout=30)
        assert answer.is_success, answer.text
        found: dict[str, dict[str, object]] = answer.json()
        return found


def choose(desk: Desk, name: str) -> None:
    desk.act("More")
    desk.page.locator("#more-menu").get_by_role("button", name=name).click()


def test_a_merge_is_made_and_taken_back(stage: Stage) -> None:
    dee = Customer(stage)
    first = dee.begins("Merge me, the first")
    second = dee.begins("Merge me, the second")
    ada = stage.ada(stage.at("Merge me, the first"))
    choose(ada, "Merge into another…")
    dialog = ada.page.get_by_role("dialog")
    dialog.get_by_label(f"#{second}").check()
    # The other conversation is slow to come: what the stream tells of this one meanwhile must not bring this one back.
    held: list[Route] = []
    ada.page.route(re.compile(r"/desk/conversations/\d+/\?"), lambda route: held.append(route), times=1)
    dialog.get_by_role("button", name="Merge", exact=True).click()

    expect(ada.toasts).to_contain_text(f"Merged into {second}.")
    # On a busy machine this one gives its place to the slow one's outline before its line of the merge has come.
    outline = ada.page.locator("section[aria-busy=true]")
    expect(ada.log.get_by_text("merged").or_(outline).first).to_be_visible()
    held[0].continue_()
    expect(ada.message("Merge me, the second")).to_be_visible()
    expect(ada.log.locator("article .bub")).to_have_text(["Merge me, the first", "Merge me, the second"])

    ada.toasts.get_by_role("button", name="Undo").click()
    expect(ada.head).to_contain_text(first)
    expect(ada.message("Merge me, the second")).to_have_count(0)
    expect(ada.log.locator("article .bub")).to_have_text(["Merge me, the first"])
    ada.page.goto(stage.server.url + stage.at("Merge me, the second"))
    expect(ada.log.locator("article .bub")).to_have_text(["Merge me, the second"])


def test_a_second_matter_is_split_off_and_the_customer_goes_on_there(stage: Stage, talk: Talk) -> None:
    dee, _ben = talk("About my parcel")
    dee.say("And another thing, my invoice")
    dee.expect_sent()
    ada = stage.ada(stage.at("About my parcel"))
    ada.message("And another thing, my invoice").hover()
    ada.message("And another thing, my invoice").get_by_role("button", name="What to do with this message").click()
    ada.page.get_by_role("button", name="Split from here to a new conversation").click()

    expect(ada.toasts).to_contain_text("Split to")
    expect(ada.message("About my parcel")).to_have_count(0)
    expect(ada.log.locator("article .bub")).to_have_text(["And another thing, my invoice"])
    expect(ada.page.locator("#side")).to_contain_text("Linked")
    ada.reply("Here is your invoice.")
    expect(dee.bubble("Here is your invoice.")).to_have_count(1)

    ada.toasts.get_by_role("button", name="Undo").click()
    expect(ada.message("About my parcel")).to_be_visible()
    expect(ada.log.locator("article .bub")).to_have_text(
        ["About my parcel", "And another thing, my invoice", "Here is your invoice."]
    )


def test_two_customers_conversations_are_linked(stage: Stage) -> None:
    dee, eve = Customer(stage), Customer(stage)
    dee.begins("We are neighbours, says Dee")
    theirs = eve.begins("We are neighbours, says Eve")
    ben = stage.ben(stage.at("We are neighbours, says Dee"))
    choose(ben, "Link with another…")
    dialog = ben.page.get_by_role("dialog")
    dialog.get_by_label("Or its reference number").fill(theirs)
    dialog.get_by_role("button", name="Link", exact=True).click()
    expect(ben.toasts).to_contain_text(f"Linked with {theirs}.")
    linked = ben.page.locator("#side").get_by_role("link").filter(has_text="says Eve")
    expect(linked).to_be_visible()

    linked.click()
    expect(ben.message("We are neighbours, says Eve")).to_be_visible()
    expect(ben.page.locator("#side").get_by_role("link").filter(has_text="says Dee")).to_be_visible()
