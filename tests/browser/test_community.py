"""The community in a real browser: a question that nobody answers reaches the desk and comes back; and the queue by keyboard."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Stage
from tests.browser.test_accessibility import PHONE, check
from tests.browser.test_contact_form import SOONEST

ASKER = """
import django; django.setup()
from django.http import HttpResponse
from aspa.core.inboxes.models import Brand, Inbox
from aspa.core.people.models import Contact, Identity
from aspa.kit import clock
from aspa.service.knowledge import switches
from aspa.service.moderation.models import HouseRules
from aspa.web.helpsite import signed_in
brand = Brand.objects.get(slug="villa")
switches.set_on(brand, "community", is_on=True)
HouseRules.objects.get_or_create(brand=brand, defaults={"hold": "doubtful"})
Inbox.objects.get_or_create(brand=brand, channel="community", name="Community")
dee, _new = Contact.objects.get_or_create(brand=brand, name="Daisy Asker", defaults={"created_at": clock.now()})
proven = {"verified_at": clock.now(), "verified_how": "code", "created_at": clock.now()}
Identity.objects.get_or_create(brand=brand, contact=dee, kind="email", value="daisy@home.example", defaults=proven)
answer = HttpResponse()
signed_in.remember(answer, brand, dee, lives=signed_in.BY_CODE)
print(answer.cookies[signed_in.COOKIE].value)
"""
# As long ago as the team is asked after.
LATER = """
import django; django.setup()
import datetime as dt
from aspa.kit import clock
from aspa.service.community import handing_over
from aspa.service.community.models import Question
waiting = Question.objects.filter(title="Do the socks fade in the sun?")
waiting.update(unanswered_since=clock.now() - dt.timedelta(days=30))
print(handing_over.sweep())
"""
HELD = """
import django; django.setup()
from aspa.core.inboxes.models import Brand
from aspa.core.people.models import Contact
from aspa.kit import clock
from aspa.service.community import asking
brand = Brand.objects.get(slug="villa")
for word in ("mittens", "scarves", "hats"):
    made = Contact.objects.create(brand=brand, name=word, created_at=clock.now())
    told = asking.Written(f"Where are cheap {word} to be had?", f"Look at https://{word}.example/now")
    asking.ask(told, brand=brand, contact=made, name=f"Seller of {word}", language="en")
"""


@pytest.fixture
def asker(stage: Stage) -> Page:
    """Somebody who has signed in on the help site, on a phone."""
    cookie = stage.server.run(ASKER).split()[-1]
    page = stage.pages(viewport=PHONE, locale="en-GB")
    page.context.add_cookies([{"name": "aspa_reader", "value": cookie, "url": f"{stage.server.url}/help/villa/"}])
    return page


def test_an_unanswered_question_is_answered_from_the_desk(stage: Stage, asker: Page) -> None:
    asker.goto(f"{stage.server.url}/help/villa/en/community/")
    asker.get_by_role("link", name="Ask a question").click()
    asker.get_by_label("The question in a sentence").fill("Do the socks fade in the sun?")
    asker.get_by_label("Tell more").fill("They hang on the **balcony** all summer.")
    asker.get_by_label("Name that others see").fill("Daisy")
    check(asker, "asking")
    asker.wait_for_timeout(SOONEST)
    asker.get_by_role("button", name=re.compile("end the question")).click()
    expect(asker.get_by_role("status").first).to_contain_text("It is shown now")
    expect(asker.get_by_text("If nobody answers, customer service is asked.")).to_be_visible()
    question = asker.url.partition("?")[0]

    assert stage.server.run(LATER).split()[-1] == "1"
    desk = stage.ada("/desk/?view=unassigned").open("Do the socks fade in the sun?")
    expect(desk.page.locator("#via .in-public").first).to_have_text("In public: everybody can read it")
    desk.reply("Not in one summer.\n\nDry them **inside out**.")
    expect(desk.message("Not in one summer.\n\nDry them **inside out**.")).to_be_visible()
    desk.expect_handed_over()

    # It goes out as a task; everybody sees it then.
    stranger = stage.pages(java_script_enabled=False, locale="en-GB")
    staff = stranger.locator(".answer.ours")
    published = "SELECT count(*) FROM community_answer WHERE staff_name = 'Ada Aalto'"
    while stage.server.rows(published) == [(0,)]:
        stranger.wait_for_timeout(100)
    stranger.goto(question)
    expect(staff).to_contain_text("Ada Aalto")
    expect(staff.locator("strong", has_text="inside out")).to_be_visible()
    asker.goto(question)
    check(asker, "a question with its answer")
    asker.get_by_role("button", name="This solved it").click()
    expect(asker.locator(".answer.accepted")).to_contain_text("This solved it")
    expect(desk.page.get_by_text("The customer ended the conversation")).to_be_visible()


def test_the_queue_by_keyboard_alone(stage: Stage, asker: Page) -> None:
    stage.server.run(HELD)
    desk = stage.signed_in(stage.people.ada)
    desk.goto(f"{stage.server.url}/content/moderation/?kind=question")
    items = desk.locator("[data-item]")
    expect(items).to_have_count(3)
    check(desk, "the queue")
    desk.keyboard.press("j")
    desk.keyboard.press("x")
    desk.keyboard.press("k")
    desk.keyboard.press("x")
    desk.keyboard.press("r")
    expect(desk.get_by_role("dialog", name="Why?")).to_be_visible()
    check(desk, "why")
    desk.keyboard.press("1")
    expect(items).to_have_count(1)
    expect(desk.get_by_text("2 are removed.")).to_be_visible()
    desk.keyboard.press("u")
    expect(items).to_have_count(3)
    desk.keyboard.press("a")
    desk.keyboard.press("h")
    desk.keyboard.press("5")
    expect(desk.get_by_text("Nothing waits")).to_be_visible()
    asker.goto(f"{stage.server.url}/help/villa/en/community/")
    expect(asker.get_by_text("cheap")).to_have_count(0)
