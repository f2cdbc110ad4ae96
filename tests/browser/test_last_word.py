"""The customer's last word, by mail and on their own page: asked, not solved, ended; and silence, closed, opened again."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from email.message import EmailMessage
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from aspa.channels.email.sending.tests.peer import Peer, serving
from tests.browser.conftest import Stage
from tests.browser.mail import arrived
from tests.browser.test_accessibility import PHONE, check
from tests.browser.test_contact_form import SOONEST

SETTING = """
import django; django.setup()
from aspa.core.conversations import replies
from aspa.core.conversations.models import Conversation, Message
from aspa.core.people.models import Agent
from aspa.kit import clock
from aspa.service.closing import sweeping, waiting
from aspa.service.closing.models import Wait
found = Conversation.objects.get(pk={conversation})
"""
ANSWERED = """
Conversation.objects.filter(pk=found.pk).update(language="en")
replies.reply(found, by=Agent.objects.get(email="ben@aspa.example"), body={text!r})
"""
# As if the days had gone by.
TIME_HAS_COME = """
waiting.reconcile([found.pk])
Message.objects.filter(conversation=found, code="reminded").update(data={{"due": clock.now().isoformat()}})
assert Wait.objects.filter(pk=found.pk).update({moment}=clock.now())
sweeping.sweep()
"""


@pytest.fixture
def peer() -> Iterator[Peer]:
    made = Peer()
    with serving(made):
        yield made


def begun(stage: Stage, peer: Peer, text: str) -> int:
    """Dee has written a letter and been answered."""
    where = arrived(stage.server, {"text": text}, smtp_host="127.0.0.1", smtp_port=peer.port, smtp_security="none")
    conversation = int(where.split("/")[3])
    happens(stage, conversation, ANSWERED.format(text="It left today"))
    return conversation


def happens(stage: Stage, conversation: int, what: str) -> None:
    stage.server.run(SETTING.format(conversation=conversation) + what)


def letter_with(peer: Peer, words: str) -> EmailMessage:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        for mail in peer.mails:
            if words in plain(mail):
                return mail
        time.sleep(0.1)
    raise AssertionError(f"No letter says {words!r}")


def plain(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def link(mail: EmailMessage, answer: str) -> str:
    found = re.search(rf"http\S+/c/\S+\?answer={answer}", plain(mail))
    assert found, plain(mail)
    return found[0]


def test_not_solved_goes_on_until_the_customer_ends_it(stage: Stage, peer: Peer) -> None:
    conversation = begun(stage, peer, "The hat is too small")
    ben = stage.ben(f"/desk/conversations/{conversation}/?view=all")
    ben.act("Ask if solved")
    asking = letter_with(peer, "did this solve it?")

    dee = stage.pages(java_script_enabled=False, viewport=PHONE)
    dee.goto(link(asking, "no"))
    expect(dee.get_by_role("heading", name="Did this solve it?")).to_be_visible()
    # Opening is no answer: programs open links too.
    expect(ben.head).to_contain_text("Asked if solved")
    dee.get_by_role("button", name="Not yet").click()
    expect(dee.get_by_role("status")).to_contain_text("We go on")
    dee.get_by_role("textbox", name="Message").fill("I need a larger one")
    dee.wait_for_timeout(SOONEST)
    dee.get_by_role("button", name="Send").click()
    expect(dee.get_by_role("status")).to_contain_text("Your message has arrived")
    expect(ben.message("I need a larger one")).to_be_visible()

    happens(stage, conversation, ANSWERED.format(text="A larger one is on its way"))
    dee.goto(urlsplit(dee.url)._replace(query="", fragment="").geturl())
    expect(dee.get_by_text("A larger one is on its way")).to_be_visible()
    dee.get_by_text("It is taken care of, end").click()
    dee.get_by_role("button", name="End it").click()
    expect(dee.get_by_role("status")).to_contain_text("You have ended this")
    expect(ben.log.get_by_text("The customer ended the conversation")).to_be_visible()
    assert dee.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_silence_is_announced_closes_and_a_link_opens_it_again(stage: Stage, peer: Peer) -> None:
    conversation = begun(stage, peer, "Which size is mine?")
    ben = stage.ben(f"/desk/conversations/{conversation}/?view=all")
    ben.act("Ask if solved")
    asking = letter_with(peer, "did this solve it?")
    happens(stage, conversation, TIME_HAS_COME.format(moment="remind_at"))
    letter_with(peer, "we close this")
    dee = stage.pages()
    dee.goto(link(asking, "yes"))
    expect(dee.get_by_text(re.compile("If we hear nothing, we close this on"))).to_be_visible()
    expect(dee.get_by_role("button", name="Yes, it is solved")).to_be_focused()
    check(dee, "the customer's page, asked")

    wait_until_sent(stage, conversation, "reminded")
    happens(stage, conversation, TIME_HAS_COME.format(moment="close_at"))
    closing = letter_with(peer, "as we haven't heard from you")
    dee.goto(link(closing, "reopen"))
    expect(dee.get_by_role("heading", name=re.compile("^We closed this on"))).to_be_visible()
    check(dee, "the customer's page, closed")
    dee.keyboard.press("Enter")
    expect(dee.get_by_role("status")).to_contain_text("It is open again")
    expect(ben.log.get_by_text("Opened again")).to_be_visible()
    check_gone(stage, dee)


def wait_until_sent(stage: Stage, conversation: int, code: str) -> None:
    """The server says so a moment after the letter is there."""
    query = f"SELECT state FROM conversations_message WHERE conversation_id = {conversation} AND code = '{code}'"
    deadline = time.monotonic() + 60
    while stage.server.rows(query) != [("sent",)]:
        assert time.monotonic() < deadline
        time.sleep(0.1)


def check_gone(stage: Stage, page: Page) -> None:
    page.expected_errors += ["404"]  # type: ignore[attr-defined]
    page.goto(f"{stage.server.url}/c/1-nobody/")
    expect(page.get_by_role("heading", name="Tällä linkillä ei avaudu mitään")).to_be_visible()
    check(page, "a link that opens nothing")
