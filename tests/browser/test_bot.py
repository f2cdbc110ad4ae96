"""The bot answers with its source, "human" leads to a person, and the agent has the whole talk; on a desk and a phone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import Pages, Running, Stage
from tests.browser.desk import Desk
from tests.browser.shop import Shop, shop
from tests.browser.test_accessibility import check
from tests.browser.test_phone import PHONE

DESKTOP = {"viewport": {"width": 1440, "height": 860}}

# A brand of its own, so that the others' chats go on without a bot.
SETTING = """
import django; django.setup()
from aspa.core.inboxes.models import Brand, Grant, Inbox
from aspa.core.people.models import Agent, Role
from aspa.service.bot import editing
from aspa.service.bot.models import Bot
from aspa.service.knowledge import publishing
from aspa.service.knowledge.publishing import Text
from aspa.service.search import indexing
brand = Brand.objects.create(name="Koti", slug="koti", language="en", domains=["localhost"])
inbox = Inbox.objects.create(brand=brand, name="Koti chat", channel="webchat")
Grant.objects.create(agent=Agent.objects.get(email="ben@aspa.example"), role=Role.objects.first(), inbox=inbox)
pages = {
    "Shipping times": "Shipping within Finland takes two working days.\\n\\nTo Sweden it takes five working days.",
    "Gift wrapping": "We wrap every present for three euros.",
    "Washing a sweater by hand": "![Washing](https://vimeo.com/76979871)\\n\\nWash the sweater by hand in lukewarm water.",
}
for title, body in pages.items():
    publishing.publish(publishing.create(brand, "faq", "en", Text(title=title, body=body), by=None), by=None)
while indexing.drain():
    pass
editing.save(Bot(inbox=inbox, when="always", name="Kaiku"))
import json
print(json.dumps({"inbox": inbox.public_id, "pk": inbox.pk}))
"""


@pytest.fixture(scope="module")
def koti(running: Running) -> Iterator[tuple[Shop, int]]:
    server, _people = running
    made = json.loads(server.run(SETTING).strip().splitlines()[-1])
    with shop(server.url, made["inbox"]) as opened:
        yield opened, made["pk"]


@pytest.fixture
def bot_stage(running: Running, koti: tuple[Shop, int], new_page: Pages) -> Stage:
    return Stage(*running, koti[0], new_page)


@pytest.mark.parametrize(
    ("question", "device"),
    [("How long is shipping to Sweden?", DESKTOP), ("How many days is shipping to Sweden?", PHONE)],
)
def test_an_answer_with_its_source_then_a_person(bot_stage: Stage, question: str, device: dict[str, Any]) -> None:
    dee = bot_stage.customer(**device).open()
    expect(dee.panel.get_by_text("Hello. I’m Kaiku, a bot of Koti.")).to_be_visible()
    person = dee.button("Talk to a person")
    expect(person).to_be_visible()
    dee.text.fill(question)
    held: list[Route] = []
    dee.page.route("**/messages", lambda route: held.append(route))
    dee.button("Send").click()
    expect(dee.panel.locator(".typing"), "before anything has come back").to_contain_text("Kaiku")
    dee.page.unroute("**/messages")
    for one in held:
        one.continue_()
    expect(dee.log.get_by_text("To Sweden it takes five working days")).to_be_visible()
    expect(dee.log.locator(".who", has_text="Kaiku, a bot")).to_be_visible()
    source = dee.log.get_by_role("link", name="Shipping times")
    expect(source).to_have_attribute("href", f"{bot_stage.server.url}/help/koti/en/a/shipping-times/")
    check(dee.page, "a bot's answer")
    # Opened within the panel, and from there back.
    source.click()
    expect(dee.panel.get_by_role("heading", name="Shipping times")).to_be_visible()
    dee.button("Back").click()

    expect(dee.button("Yes, this helped")).to_be_visible()
    person.click()
    expect(dee.log.get_by_text("A person takes over from here")).to_be_visible()
    expect(person).to_be_hidden()
    expect(dee.button("Yes, this helped")).to_be_hidden()

    ben = Desk(bot_stage.signed_in(bot_stage.people.ben, **device), bot_stage.server.url, bot_stage.at(question))
    expect(ben.message(question)).to_be_visible()
    answer = ben.log.locator("article").filter(has_text="five working days")
    expect(answer).to_contain_text("Kaiku, a bot")
    expect(answer.get_by_role("link", name="Shipping times")).to_be_visible()
    expect(ben.log.get_by_text("The bot handed this over: the customer asked for a person")).to_be_visible()
    ben.reply("Hi, Ben here. I look at it.")
    expect(dee.bubble("Hi, Ben here. I look at it.")).to_be_visible()


def test_a_video_plays_in_the_panel_once_it_is_asked_for(
    bot_stage: Stage, koti: tuple[Shop, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    allowing = f"{koti[0].policy}; frame-src https://player.vimeo.com"
    monkeypatch.setattr(Shop, "policy", property(lambda _shop: allowing))
    dee = bot_stage.customer()
    asked: list[str] = []

    def plays(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(body="<p>It plays</p>", content_type="text/html")

    dee.page.route("https://player.vimeo.com/**", plays)
    dee.open()
    dee.text.press_sequentially("how to wash a sweater by hand")
    dee.panel.get_by_role("group").get_by_role("button", name="Washing a sweater by hand").click()
    video = dee.panel.get_by_role("link", name="Washing", exact=True)
    expect(video).to_be_visible()
    assert not asked, "nobody is told of a reader who hasn't asked for it"
    check(dee.page, "an article with a video in the chat")
    video.click()
    expect(dee.panel.frame_locator("iframe").get_by_text("It plays")).to_be_visible()
    assert asked == ["https://player.vimeo.com/video/76979871?dnt=1"]
    # From the article to a person, past the bot.
    dee.button("Write to a person").click()
    expect(dee.log.get_by_text("A person takes over from here")).to_be_visible()


def test_its_settings_are_tried_out(bot_stage: Stage, koti: tuple[Shop, int]) -> None:
    ada = bot_stage.signed_in(bot_stage.people.ada)
    ada.goto(f"{bot_stage.server.url}/settings/inboxes/{koti[1]}/bot/")
    ada.get_by_label("A customer’s message").fill("What does gift wrapping cost?")
    ada.get_by_role("button", name="Ask the bot").click()
    expect(ada.locator("#tried")).to_contain_text("three euros")
    check(ada, "a bot's settings")
    ada.goto(f"{bot_stage.server.url}/settings/bots/")
    check(ada, "bots")
    ada.get_by_role("link", name="Where is my order").first.click()
    check(ada, "a bot's steps")
