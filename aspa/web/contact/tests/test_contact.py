"""The contact form, as a customer without scripts meets it."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from aspa.core.conversations.models import Attachment, Conversation, Message
from aspa.core.inboxes.models import Brand, Inbox
from aspa.core.people.models import Agent
from aspa.kit.bus import bus
from aspa.kit.rates import Buckets
from aspa.service.hours import calendars, editing
from aspa.web.contact import limits
from aspa.web.live import bodies

pytestmark = pytest.mark.django_db

TELLS = {"name": "Dee Dahl", "email": "Dee@home.example", "text": "Missä pakettini on?"}


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "_networks", Buckets(1 / 60, 8))
    monkeypatch.setattr(limits, "_addresses", Buckets(1 / 600, 4))


@pytest.fixture
def form_inbox(brand: Brand) -> Inbox:
    settings = {"ask_order": "optional", "topics": "Delivery\nReturns", "introduction": "We answer on weekdays."}
    return Inbox.objects.create(brand=brand, name="Form", channel="form", settings=settings)


def opened(inbox: Inbox, client: Client, *, language: str = "en") -> str:
    """The stamp of a form that somebody has open."""
    page = client.get(f"/contact/{inbox.public_id}/?lang={language}", headers={"referer": "https://shop.example/help"})
    assert page.status_code == 200
    found = re.search(r'name="stamp" value="([^"]+)"', page.content.decode())
    assert found
    return found[1]


def sends(inbox: Inbox, client: Client, *, after: float = 30, stamp: str = "", **more: object) -> HttpResponse:
    stamp = stamp or opened(inbox, client)
    told = {"topic": "Delivery", "stamp": stamp, "page": "https://shop.example/help"} | TELLS | more
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(seconds=after), tick=False):
        return client.post(f"/contact/{inbox.public_id}/?lang=en", told)  # type: ignore[return-value]


def test_what_is_filled_in_becomes_a_conversation(form_inbox: Inbox, client: Client) -> None:
    answer = sends(form_inbox, client, order="10234")
    found = Conversation.objects.get()
    assert answer.status_code == 302
    assert (found.inbox_id, found.subject, found.language) == (form_inbox.pk, "Delivery", "en")
    assert found.context == {"answers": {"order": "10234"}, "page": {"url": "https://shop.example/help", "title": ""}}
    assert found.contact.name == "Dee Dahl"
    identity = found.contact.identities.get()
    assert (identity.value, identity.is_verified) == ("dee@home.example", False)
    page = client.get(answer["Location"]).content.decode()
    assert found.reference in page
    assert "dee@home.example" in page.lower()


def test_it_says_whether_somebody_is_in_the_chat(form_inbox: Inbox, inbox: Inbox, ben: Agent, client: Client) -> None:
    def said(language: str = "en") -> str:
        return client.get(f"/contact/{form_inbox.public_id}/ways/?lang={language}").content.decode()

    assert "nobody is there just now" in said()
    assert f'data-socket="/chat/v1/{inbox.public_id}/socket"' in said()
    key = f"presence:{ben.pk}:desk"
    bus.put(key, {"id": ben.pk, "name": ben.name, "initials": "BB", "state": "available", "idle": False}, 60)
    try:
        assert "open, somebody is there" in said()
        page = client.get(f"/contact/{form_inbox.public_id}/?lang=en").content.decode()
        assert said().strip() in page
        calendars.forget()
        editing.set_week(editing.hours_of(inbox.brand), [()] * 7, country="")
        calendars.forget()
        assert "closed" in said()
    finally:
        bus.drop(key)


def test_sending_twice_is_one_message(form_inbox: Inbox, client: Client) -> None:
    stamp = opened(form_inbox, client)
    first, again = (sends(form_inbox, client, stamp=stamp) for _twice in range(2))
    assert first.status_code == again.status_code == 302
    assert Message.objects.filter(kind="incoming").count() == 1


def test_what_is_missing_is_told_and_nothing_is_lost(form_inbox: Inbox, client: Client) -> None:
    file = SimpleUploadedFile("receipt.txt", b"Total 12 e", content_type="text/plain")
    stamp = opened(form_inbox, client)
    answer = sends(form_inbox, client, stamp=stamp, email="not an address", topic="", files=file)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert page.count('aria-invalid="true"') == 2
    assert "Missä pakettini on?" in page
    kept = Attachment.objects.get()
    assert f'value="{kept.public_id}" checked' in page
    assert not Conversation.objects.exists()
    assert sends(form_inbox, client, stamp=stamp, kept=kept.public_id).status_code == 302
    kept.refresh_from_db()
    assert kept.message == Message.objects.get(kind="incoming")


def test_a_file_of_somebody_elses_form_is_not_taken(form_inbox: Inbox, client: Client) -> None:
    file = SimpleUploadedFile("receipt.txt", b"Total 12 e", content_type="text/plain")
    sends(form_inbox, client, email="", files=file)
    kept = Attachment.objects.get()
    assert sends(form_inbox, client, kept=kept.public_id).status_code == 302
    kept.refresh_from_db()
    assert kept.message is None


def test_a_dangerous_file_is_refused_with_words(form_inbox: Inbox, client: Client) -> None:
    file = SimpleUploadedFile("bill.pdf", b"MZ\x90\x00 this program", content_type="application/pdf")
    answer = sends(form_inbox, client, files=file)
    assert answer.status_code == 422
    assert "bill.pdf" in answer.content.decode()
    assert not Conversation.objects.exists()


@pytest.mark.parametrize("after", [0.2, 25 * 3600])
def test_too_quick_or_too_old_is_asked_again_with_everything_kept(
    form_inbox: Inbox, client: Client, after: float
) -> None:
    answer = sends(form_inbox, client, after=after)
    assert answer.status_code == 422
    assert "Missä pakettini on?" in answer.content.decode()
    assert not Conversation.objects.exists()


@pytest.mark.parametrize("stamp", ["x", "x:y:z", "a" * 5000])
def test_a_forged_stamp_changes_nothing(form_inbox: Inbox, client: Client, stamp: str) -> None:
    assert sends(form_inbox, client, stamp=stamp).status_code == 422
    assert not Conversation.objects.exists()


def test_another_forms_stamp_is_not_taken(form_inbox: Inbox, client: Client) -> None:
    other = Inbox.objects.create(brand=form_inbox.brand, name="Other", channel="form")
    assert sends(form_inbox, client, stamp=opened(other, client)).status_code == 422


def test_who_fills_in_what_nobody_sees_is_set_aside_and_not_lost(form_inbox: Inbox, client: Client) -> None:
    assert sends(form_inbox, client, trap="https://spam.example").status_code == 302
    found = Conversation.objects.get()
    assert (found.status, found.closed_how) == ("closed", "spam")


def test_a_flood_is_slowed_down(form_inbox: Inbox, client: Client) -> None:
    answers = [sends(form_inbox, client, email=f"dee{number}@home.example").status_code for number in range(10)]
    assert answers == [302] * 8 + [429] * 2


def test_one_address_isnt_flooded_with_receipts(form_inbox: Inbox, client: Client) -> None:
    assert [sends(form_inbox, client).status_code for _time in range(5)] == [302] * 4 + [429]


def test_it_is_shown_on_the_brands_pages_only(form_inbox: Inbox, client: Client) -> None:
    page = client.get(f"/contact/{form_inbox.public_id}/")
    policy = page["Content-Security-Policy"]
    assert "frame-ancestors 'self' https://shop.example http://shop.example" in policy
    assert "X-Frame-Options" not in page
    assert not page.cookies


def test_a_chat_or_a_closed_form_has_no_page(form_inbox: Inbox, inbox: Inbox, client: Client) -> None:
    Inbox.objects.filter(pk=form_inbox.pk).update(is_active=False)
    for public_id in (inbox.public_id, form_inbox.public_id, "nothing"):
        for path in ("", "thanks/", "colour.css"):
            assert client.get(f"/contact/{public_id}/{path}").status_code == 404


def test_nobody_makes_the_thanks_say_something_else(form_inbox: Inbox, client: Client) -> None:
    # A stamp is signed by us as well.
    for to in ("forged", opened(form_inbox, client)):
        assert client.get(f"/contact/{form_inbox.public_id}/thanks/", {"to": to}).status_code == 404


def test_script_in_what_is_written_is_only_text(form_inbox: Inbox, client: Client) -> None:
    answer = sends(form_inbox, client, email="", text="<script>alert(1)</script>", name='"><img src=x>')
    page = answer.content.decode()
    assert "<script>alert" not in page
    assert "<img src=x" not in page


def test_it_speaks_the_pages_language(form_inbox: Inbox, client: Client) -> None:
    words = {
        language: client.get(f"/contact/{form_inbox.public_id}/?lang={language}").content
        for language in ["fi", "sv", "en"]
    }
    assert len(set(words.values())) == 3
    assert b'lang="sv"' in words["sv"]


def test_files_that_are_too_large_together_lose_no_text(
    form_inbox: Inbox, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What comes to the view then is tested in tests/live/test_limits.py."""
    assert "20 MB together" in client.get(f"/contact/{form_inbox.public_id}/?lang=en").content.decode()
    monkeypatch.setattr(bodies, "is_cut", lambda _request: True)
    answer = sends(form_inbox, client, text="A long story", files=SimpleUploadedFile("a.mov", b"half of it"))
    assert answer.status_code == 422
    assert "larger than 20 MB together" in answer.content.decode()
    assert "A long story</textarea>" in answer.content.decode()
    assert not Attachment.objects.exists()


def test_a_form_says_whose_it_is_unless_the_shops_page_around_it_does(form_inbox: Inbox, client: Client) -> None:
    address, whose = f"/contact/{form_inbox.public_id}/", f">{form_inbox.brand.name}</p>"
    assert whose in client.get(address).content.decode()
    assert whose not in client.get(address, headers={"sec-fetch-dest": "iframe"}).content.decode()
