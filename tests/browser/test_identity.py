"""Who a customer is, in a real browser: an address proved by a code, strong identification, two records made one."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from testing.services import free_port
from tests.browser.conftest import PATIENCE, Stage, Talk
from tests.browser.test_accessibility import PHONE, check
from tests.journeys.test_identifying import _wait_for as wait_for_provider

CLAIM = """
import sys, django; django.setup()
from aspa.core.conversations.models import Conversation
from aspa.core.people import changes
from aspa.core.people.models import Identity
from aspa.kit import clock
email, name, *numbers = sys.argv[1:]
for conversation in Conversation.objects.filter(pk__in=numbers).select_related("contact"):
    contact = conversation.contact
    contact.name = f"{name} {conversation.pk}"
    contact.save(update_fields=["name"])
    Identity.objects.create(
        brand_id=contact.brand_id, contact=contact, kind="email", value=email, created_at=clock.now()
    )
    changes.touch([contact.pk])
"""
PROVIDER = """
import sys, django; django.setup()
from aspa.core.conversations import own_page
from aspa.core.conversations.models import Conversation
from aspa.service.verification.models import Provider
issuer, number = sys.argv[1:]
conversation = Conversation.objects.get(pk=number)
Provider.objects.get_or_create(
    brand=conversation.brand, issuer=issuer,
    defaults={"name": "Testipankki", "client_id": "villa", "client_secret": "s", "claims": {"name": "name"}},
)
print(own_page.address(conversation))
"""


@pytest.fixture(scope="module")
def bank() -> Iterator[str]:
    """A provider of identification, in a process of its own."""
    port = free_port()
    claims = '--user-claims={"sub": "dee", "name": "Dee Doris Dahl"}'
    command = [sys.executable, "-m", "oidc_provider_mock", f"--port={port}", claims]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for_provider(f"http://127.0.0.1:{port}", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)


def test_an_address_is_proved_by_a_code_in_the_chat(stage: Stage, talk: Talk) -> None:
    dee, desk = talk("My order is under dee.codes@post.example")
    number = stage.conversation_of("My order is under dee.codes@post.example")
    stage.server.run(CLAIM, "dee.codes@post.example", "Dee", str(number))
    desk.page.reload()
    desk.page.get_by_role("button", name="Ask to prove dee.codes@post.example").click()
    expect(desk.page.get_by_text("asked for a code")).to_be_visible()
    dee.say(code_in_the_mail(stage, desk.page, "dee.codes@post.example"))
    verified = desk.page.locator("#customer, aside, .panel").get_by_text("verified").first
    expect(verified).to_be_visible()
    expect(desk.page.get_by_role("button", name="Ask to prove dee.codes@post.example")).to_have_count(0)


def code_in_the_mail(stage: Stage, page: Page, address: str) -> str:
    """The six digits, once the letter is there."""
    folder = Path(stage.server.home) / "mail"
    for _try in range(PATIENCE // 100):
        letters = [file.read_text() for file in folder.glob("*")] if folder.exists() else []
        found = [text for text in letters if address in text]
        if found and (digits := re.search(r"code is (\d{3} \d{3})", found[-1])):
            return digits[1].replace(" ", "")
        page.wait_for_timeout(100)
    raise AssertionError("No letter with a code came.")


def test_strong_identification_is_asked_for_done_and_seen(stage: Stage, talk: Talk, bank: str) -> None:
    words = "May I see my contract?"
    _dee, desk = talk(words)
    own = stage.server.run(PROVIDER, bank, str(stage.conversation_of(words))).split()[-1]
    desk.page.reload()
    desk.page.get_by_role("button", name="Ask to identify: Testipankki").click()
    expect(desk.page.get_by_text("requested")).to_be_visible()

    customer = stage.pages(viewport=PHONE)
    # The provider's page would have its style from elsewhere.
    customer.expected_errors += ["favicon.ico", "net::ERR_NAME_NOT_RESOLVED"]  # type: ignore[attr-defined]
    customer.goto(own)
    customer.get_by_role("link", name="Identify yourself").click()
    check(customer, "identifying oneself")
    customer.get_by_role("link", name="Identify yourself").click()
    customer.get_by_role("textbox", name="sub").fill("dee")
    customer.get_by_role("textbox", name="sub").press("Enter")
    expect(customer.get_by_role("heading", name="Thank you")).to_be_visible()
    expect(desk.page.get_by_text("Identified strongly")).to_be_visible()


def test_two_records_are_compared_merged_and_taken_apart(stage: Stage, talk: Talk) -> None:
    _dee, desk = talk("I wrote from my phone, too")
    _again, _desk = talk("I am writing from my phone")
    numbers = [
        str(stage.conversation_of(text)) for text in ("I wrote from my phone, too", "I am writing from my phone")
    ]
    stage.server.run(CLAIM, "twice@post.example", "Twice", *numbers)
    page = desk.page
    page.reload()
    page.get_by_role("button", name="Compare…").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("twice@post.example")).to_have_count(2)
    expect(dialog.get_by_text("Nothing proves it")).to_be_visible()
    check(page, "comparing two records")
    dialog.get_by_label("How you know it").fill("She told the order number on the phone")
    dialog.get_by_role("button", name="Merge").click()
    expect(desk.toasts).to_contain_text("Merged")
    expect(page.get_by_text(f"Twice {numbers[1]} was merged into this")).to_be_visible()
    page.get_by_role("button", name="Take apart").click()
    expect(desk.toasts).to_contain_text("two again")
    expect(page.get_by_text("took a merge of two customers back")).to_be_visible()
    expect(page.get_by_role("button", name="Compare…")).to_be_visible()
