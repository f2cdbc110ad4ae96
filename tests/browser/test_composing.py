"""What helps agents to write and to sort: canned replies, mentions, emoji, several conversations at once."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import Stage, Talk

GREETING = """
import django; django.setup()
from aspa.core.inboxes.models import Brand
from aspa.service.writing.models import CannedReply
CannedReply.objects.create(
    brand=Brand.objects.get(slug="villa"), shortcut="morning", title="Good morning",
    body="Good morning {{ contact.first_name|there }}, this is {{ agent.first_name }}.",
)
"""


def test_a_canned_reply_a_mention_and_an_emoji(stage: Stage, talk: Talk) -> None:
    stage.server.run(GREETING)
    dee, ben = talk("Good morning to you")
    keys = ben.page.keyboard
    ben.text.focus()
    keys.type("/morn")
    expect(ben.page.get_by_role("option", name=re.compile("Good morning"))).to_be_visible()
    keys.press("Enter")
    expect(ben.text).to_have_value(re.compile("Good morning there, this is Ben\\."))
    ben.page.get_by_role("button", name="Emoji").click()
    ben.page.get_by_role("button", name="😊").click()
    expect(ben.text).to_have_value(re.compile("😊$"))
    ben.send()
    expect(dee.log.get_by_text("this is Ben.")).to_be_visible()

    ada = stage.ada("/desk/?view=mentions")
    ben.page.get_by_role("tab", name="Note").click()
    ben.text.press_sequentially("Look, @Ad")
    expect(ben.page.get_by_role("option", name=re.compile("Ada Aalto"))).to_be_visible()
    keys.press("Enter")
    expect(ben.text).to_have_value("Look, @Ada Aalto ")
    keys.press("Control+Enter")
    ben.expect_handed_over()
    expect(ben.log.get_by_text("@Ada Aalto")).to_be_visible()
    expect(ada.row("this is Ben")).to_be_visible()


def test_several_conversations_at_once(stage: Stage) -> None:
    for text in ("One of several", "Two of several"):
        dee = stage.customer().open()
        dee.say(text)
        dee.expect_sent()
    ben = stage.ben()
    for text in ("One of several", "Two of several"):
        ben.row(text).get_by_role("checkbox").check()
    expect(ben.list.get_by_text("2 chosen")).to_be_visible()
    ben.list.get_by_role("button", name="Give to").click()
    ben.page.locator("#bulk-menu").get_by_role("button", name="Ben Berg").click()
    for text in ("One of several", "Two of several"):
        expect(ben.row(text)).to_have_count(0)
    ben.page.get_by_role("link", name=re.compile("^Mine")).click()
    for text in ("One of several", "Two of several"):
        expect(ben.row(text)).to_be_visible()


def test_the_search_finds_people_and_words(stage: Stage, talk: Talk) -> None:
    _dee, ben = talk("Do you stock alpaca?")
    ben.page.goto(f"{stage.server.url}/desk/")
    ben.page.get_by_role("button", name=re.compile("Find a customer")).click()
    ben.page.keyboard.type("alpaca")
    ben.page.get_by_role("dialog", name="Find or do").get_by_role("option", name=re.compile("alpaca")).click()
    expect(ben.message("Do you stock alpaca?")).to_be_visible()
