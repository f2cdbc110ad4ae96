"""What Aspa's own letters say, and where they lead."""

from __future__ import annotations

import dataclasses

import pytest
from django.utils.translation import override

from aspa.channels.email.channel import Email
from aspa.channels.email.sending import told
from aspa.core.conversations import activities, next_step, own_page
from aspa.core.conversations.changing import changing
from aspa.core.conversations.models import Message
from aspa.kit import clock
from tests.cast import Cast
from tests.letters import letter, mail_inbox, thread

pytestmark = pytest.mark.django_db


def telling(cast: Cast, code: str, **values: object) -> Message:
    mail = mail_inbox(cast)
    conversation = thread(cast, mail)
    letter(conversation, mail, "Where is it?")
    with changing(conversation) as current:
        return activities.add(current, code, **values)


def text(message: Message) -> str:
    with override("en"):
        return told.text_of(message)


@pytest.mark.parametrize(
    ("code", "ways_on"),
    [
        ("receipt", [""]),
        ("ask_solved", ["?answer=yes", "?answer=no"]),
        ("reminded", [""]),
        ("closed_by_silence", ["?answer=reopen"]),
    ],
)
def test_each_leads_to_the_customers_own_page(cast: Cast, code: str, ways_on: list[str]) -> None:
    message = telling(cast, code, reference="A-1", due=clock.now().isoformat())
    page = own_page.address(message.conversation)
    lines = text(message).splitlines()
    assert [line for line in lines if page in line] == [page + way for way in ways_on]
    html = told.html_of(text(message), message.conversation.reference)
    assert html.count(f'<a href="{page}') == len(ways_on)
    assert f">{page}" not in html


def test_whoever_is_named_in_a_letter_is_only_text(cast: Cast) -> None:
    cast.ben.alias = "<b>Ben</b>"
    html = told.html_of(text(telling(cast, "ask_solved", agent=cast.ben)), "A-1")
    assert "&lt;b&gt;Ben" in html
    assert ">Yes, it is solved</a>" in html


def test_no_link_stands_where_others_could_read_it(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    message = telling(cast, "receipt", reference="A-1")
    monkeypatch.setattr(Email, "capabilities", dataclasses.replace(Email.capabilities, public=True))
    assert "/c/" not in text(message)


def test_the_receipt_says_who_answers_and_that_the_chat_is_open(cast: Cast) -> None:
    values = next_step.told("soon", None, who="Asiakaspalvelu", chat=("shop.example", clock.now()))
    words = text(telling(cast, "receipt", reference="A-1", **values))
    assert "Asiakaspalvelu answers you as soon as possible. In a hurry? Our chat on shop.example is open until" in words
