"""Articles beside the contact form: found without scripts too, never in the way of sending, and told of honestly."""

from __future__ import annotations

import datetime as dt
import re
from http import HTTPStatus

import pytest
import time_machine
from django.test import Client

from aspa.core.conversations.models import Conversation
from aspa.core.inboxes.models import Inbox
from aspa.kit import clock
from aspa.service.deflection import settling
from aspa.service.deflection.models import Attempt
from aspa.service.knowledge import publishing
from aspa.service.knowledge.publishing import Text
from aspa.service.search import indexing
from aspa.service.search.models import Asking
from aspa.web.contact import stamps
from tests.cast import Cast
from tests.journeys.test_desk_pages import signed_in

FILLED = {"name": "Dee", "email": "dee@dahl.example", "text": "How can I return a product?"}


@pytest.fixture
def address(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> str:
    """Of a contact form of a brand with one article."""
    monkeypatch.setattr(stamps, "QUICKEST", -1)
    text = Text(title="Returning a product", body="You may return it within 30 days.")
    publishing.publish(publishing.create(cast.brand, "faq", "en", text, by=None), by=None)
    indexing.drain()
    form = Inbox.objects.create(brand=cast.brand, name="Form", channel="form")
    return f"/contact/{form.public_id}/?lang=en"


def stamp(client: Client, address: str) -> str:
    found = re.search(r'name="stamp" value="([^"]+)"', client.get(address).content.decode())
    assert found
    return found[1]


def test_a_step_beside_the_way_keeps_all_that_was_written_and_sends_nothing(client: Client, address: str) -> None:
    filled = {**FILLED, "stamp": stamp(client, address)}
    page = client.post(address, {**filled, "look": "1"}).content.decode()
    assert "Returning a product" in page
    assert "How can I return a product?</textarea>" in page
    assert 'value="dee@dahl.example"' in page
    assert not Conversation.objects.exists()
    attempt = Attempt.objects.get()
    (link,) = re.findall(r'href="(/contact/[^"]+/help/open/[^"]+)"', page)
    opened = client.get(link.replace("&amp;", "&"))
    assert (opened.status_code, opened["Location"]) == (302, "/help/villa/en/a/returning-a-product/")
    attempt.refresh_from_db()
    assert (attempt.where, len(attempt.opened)) == ("contact", 1)
    # The first button of the form sends, also by Enter.
    assert page.index(">Send</button>") < page.index('name="look"')
    sent = client.post(address, {**filled, "help": attempt.key})
    assert sent.status_code == HTTPStatus.FOUND
    assert Conversation.objects.count() == 1
    attempt.refresh_from_db()
    assert attempt.went_on
    assert not Asking.objects.filter(found_nothing__gt=0).exists()


def test_a_script_asks_for_the_part_and_odd_addresses_lead_nowhere(client: Client, address: str) -> None:
    base = address.partition("?")[0]
    # In the language of the page, whatever the browser prefers.
    assert (
        f'data-maybe="{base}help/?lang=en"' in client.get(address, headers={"accept-language": "fi"}).content.decode()
    )
    part = client.post(f"{base}help/?lang=en", {"text": "how to return a product"}).content.decode()
    assert "Returning a product" in part
    assert "<html" not in part
    key = Attempt.objects.get().key
    url = "/help/villa/en/a/returning-a-product/"
    assert client.post(f"{base}help/said/", {"help": key, "url": url, "helped": "yes"}).status_code == 204
    assert Attempt.objects.get().said == "", "it wasn't read"
    client.get(f"{base}help/open/", {"help": key, "url": url})
    client.post(f"{base}help/said/", {"help": key, "url": url, "helped": "yes"})
    assert Attempt.objects.get().said == "yes"
    for wrong in ("https://evil.example/", "/help/metsa/en/a/returning-a-product/", "/help/villa/en/a/nosuch/"):
        assert client.get(f"{base}help/open/", {"url": wrong}).status_code == HTTPStatus.NOT_FOUND
    client.post(address, {**FILLED, "text": "Do you sell bicycles?", "stamp": stamp(client, address)})
    assert Asking.objects.get(found_nothing=1).where == "contact"


def test_without_articles_the_form_is_as_it_was(client: Client, cast: Cast) -> None:
    form = Inbox.objects.create(brand=cast.brand, name="Form", channel="form")
    assert "data-look" not in client.get(f"/contact/{form.public_id}/").content.decode()


def test_the_report_is_for_who_may_change_settings(client: Client, cast: Cast, address: str) -> None:
    client.post(address, {**FILLED, "stamp": stamp(client, address), "look": "1"})
    ada = signed_in(cast.ada)
    assert "Nothing has been counted yet" in ada.get("/settings/help/").content.decode()
    with time_machine.travel(clock.now() + dt.timedelta(days=1, minutes=1)):
        settling.settle()
        ada = signed_in(cast.ada)
        page = " ".join(ada.get("/settings/help/").content.decode().split())
        assert 'Gave up</th><td class="numbers">1</td><td class="numbers">100&nbsp;%' in page
        assert 'It helped</th><td class="numbers">0</td>' in page
        assert ",Villa,Contact form,1,0,0,0,0,1,0" in ada.get("/settings/help.csv").content.decode()
    for outsider in (signed_in(cast.ben), signed_in(cast.cy)):
        assert outsider.get("/settings/help/").status_code == HTTPStatus.FORBIDDEN
        assert outsider.get("/settings/help.csv").status_code == HTTPStatus.FORBIDDEN
