"""Pages are kept with the visitor's word alone, and become the contact's when there is one."""

from __future__ import annotations

import datetime as dt

import pytest

from aspa.core.inboxes.models import Inbox
from aspa.core.people.models import Agent, Contact
from aspa.kit import clock
from aspa.kit.ids import token_hash
from aspa.service.privacy import consents
from aspa.service.timeline import timeline
from aspa.service.visits import consenting, landing, seeing
from aspa.service.visits.consenting import Browser
from aspa.service.visits.models import BrowserConsent, Visit
from tests import journal
from tests.cast import says

HOUR = dt.timedelta(hours=1)


def sees(browser: Browser, path: str) -> Visit | None:
    return seeing.see(browser, seeing.page({"url": f"https://shop.example/{path}", "title": path}))


@pytest.fixture
def dees(dee: Contact) -> Browser:
    return Browser(dee.brand_id, token_hash("dee"), dee)


@pytest.fixture
def newcomer(inbox: Inbox) -> Browser:
    return Browser(inbox.brand_id, token_hash("newcomer"))


def test_what_was_withdrawn_elsewhere_is_not_given_back_by_an_older_yes(
    dees: Browser, dee: Contact, ben: Agent
) -> None:
    assert consenting.allow(dees)
    consents.withdraw(dee, consents.VISITS, how="agent", by=ben, reason="on the phone")
    assert not consenting.allow(dees)
    assert not consenting.allow(dees, at=clock.now() - HOUR)
    assert not consenting.allows(dees)
    assert consenting.allow(dees, at=clock.now() + HOUR)
    assert consenting.allows(dees)


def test_what_the_browser_said_is_not_newer_than_what_was_said_since(newcomer: Browser, inbox: Inbox) -> None:
    consenting.allow(newcomer, at=clock.now() - HOUR)
    contact = says(inbox, "Hei", who="newcomer").conversation.contact
    consents.withdraw(contact, consents.VISITS, how="customer page")
    landing.follow(journal.whole())
    assert not consents.has(contact, consents.VISITS)
    assert not BrowserConsent.objects.exists()


def test_who_has_just_written_is_believed_before_the_journal_is_read(newcomer: Browser, inbox: Inbox) -> None:
    consenting.allow(newcomer)
    sees(newcomer, "a")
    contact = says(inbox, "Hei", who="newcomer").conversation.contact
    known = Browser(newcomer.brand_id, newcomer.visitor, contact)
    assert consenting.allows(known)
    sees(known, "b")
    assert set(Visit.objects.filter(contact=contact).values_list("title", flat=True)) == {"a", "b"}


def test_a_no_forgets(dees: Browser, newcomer: Browser) -> None:
    for browser in (dees, newcomer):
        consenting.allow(browser)
        sees(browser, "a")
        consenting.refuse(browser)
        assert not consenting.allows(browser)
        assert not Visit.objects.exists()


def test_a_page_that_is_loaded_again_is_one_visit(dees: Browser) -> None:
    assert sees(dees, "a")
    assert not sees(dees, "a")
    assert sees(dees, "b")
    assert sees(dees, "a")
    Visit.objects.update(at=clock.now() - HOUR)
    assert sees(dees, "a")


def test_who_never_writes_leaves_little_and_not_for_long(newcomer: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seeing, "MOST_WAITING", 3)
    consenting.allow(newcomer)
    for number in range(6):
        sees(newcomer, str(number))
    assert sorted(Visit.objects.values_list("title", flat=True)) == ["3", "4", "5"]
    assert landing.sweep() == 0
    BrowserConsent.objects.update(seen_at=clock.now() - 8 * 24 * HOUR)
    Visit.objects.update(at=clock.now() - 8 * 24 * HOUR)
    assert landing.sweep() == 3
    assert not BrowserConsent.objects.exists()


def test_in_the_timeline_with_search_and_keyset(dees: Browser, dee: Contact, ben: Agent) -> None:
    for number in range(5):
        sees(dees, f"sukka-{number}")
    sees(dees, "pipo")
    page = timeline.page(ben, dee, kinds=("visits",), count=2)
    assert [line.entry.title for line in page.lines] == ["pipo", "sukka-4"]
    page = timeline.page(ben, dee, kinds=("visits",), count=2, words="sukka-1")
    assert [line.entry.title for line in page.lines] == ["sukka-1"]
