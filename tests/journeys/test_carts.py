"""A cart beside the conversation, on the customer's page and in the letter; the link to it; the rules and the report."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.test import Client

from aspa.channels.email.sending.tests.conftest import Writes, mail_inbox, peer, writes
from aspa.channels.email.sending.tests.peer import Peer
from aspa.core.conversations import delivery, lifecycle, own_page
from aspa.core.conversations.models import Conversation, Message
from aspa.kit import clock
from aspa.kit.ids import token_hash
from aspa.kit.rates import Buckets
from aspa.service.carts import counting, policies, telling
from aspa.service.carts.models import CartOffer
from aspa.service.carts.told import ToldCart
from aspa.service.commerce.records import Line
from aspa.service.visits import seeing
from aspa.service.visits.consenting import Browser
from aspa.web.customer import answers, carts, opening
from tests.cast import Cast, says
from tests.journal import whole
from tests.journeys.test_desk_pages import PART, signed_in

# Fixtures of others.
__all__ = ["mail_inbox", "peer", "writes"]

pytestmark = pytest.mark.django_db

SHOP = "https://shop.example/kori"


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "_answers", Buckets(1 / 60, 10))
    monkeypatch.setattr(opening, "_networks", Buckets(2, 120))
    monkeypatch.setattr(carts, "_networks", Buckets(1, 60))


def with_cart(conversation: Conversation) -> Conversation:
    """They left it two hours ago, and looked at a page."""
    items = (Line(name="Villasukat <b>", quantity=2, unit_price=1990), Line(name="Pipo", unit_price=2490))
    browser = Browser(conversation.brand_id, token_hash("dee"), conversation.contact)
    told = ToldCart(items=items, value=6470, resume_url=SHOP)
    telling.tell(browser, told, signed_in=None, at=clock.now() - dt.timedelta(hours=2))
    seeing.see(browser, seeing.page({"url": "https://shop.example/sukat?token=x", "title": "Sukat"}))
    return conversation


def panel(client: Client, conversation: Conversation) -> str:
    path = f"/customers/{conversation.contact_id}/panel?conversation={conversation.pk}"
    return " ".join(client.get(path, headers=PART).content.decode().split())


def offered(client: Client, conversation: Conversation) -> Any:
    return client.post(f"/customers/conversations/{conversation.pk}/offer-cart", headers=PART)


def test_beside_the_conversation_and_offered_by_hand_only_when_solved(cast: Cast, conversation: Conversation) -> None:
    ben = signed_in(cast.ben)
    policy = policies.policy_of(cast.brand)
    policy.is_on = False
    policies.set_policy(policy)
    assert "part-cart" not in panel(ben, conversation)
    page = panel(ben, with_cart(conversation))
    for words in (
        "2 ×",
        "Villasukat &lt;b&gt;",
        "€39.80",
        "€64.70",
        f'href="{SHOP}"',
        "Sukat",
        "https://shop.example/sukat",
    ):
        assert words in page, words
    assert "token" not in page
    button = re.search(r'<button[^>]*offer-cart"[^>]*>', page)
    assert button
    assert " disabled " in button[0]
    assert offered(ben, conversation).status_code == 409
    assert offered(signed_in(cast.cy), conversation).status_code == 404
    lifecycle.customer_ends(conversation)
    assert " disabled " not in panel(ben, conversation)
    assert offered(ben, conversation).status_code == 204
    assert offered(ben, conversation).status_code == 409
    assert "Offered" in panel(ben, conversation)
    assert CartOffer.objects.get().agent == cast.ben


def test_on_the_customers_page_as_soon_as_they_end_it(cast: Cast, client: Client, conversation: Conversation) -> None:
    token = own_page.token(with_cart(conversation))
    answer = client.post(f"/c/{token}/end/", follow=True)
    page = " ".join(answer.content.decode().split())
    link = re.search(r'href="http[^"]*(/c/cart/[^"]+)"', page)
    assert link
    assert "Villasukat &lt;b&gt;" in page
    offer = CartOffer.objects.get()

    client.head(link[1])
    client.get(link[1], headers={"sec-purpose": "prefetch;prerender"})
    offer.refresh_from_db()
    assert offer.resumed_at is None
    went = client.get(link[1])
    assert (went.status_code, went["Location"], went["Referrer-Policy"]) == (302, SHOP, "no-referrer")
    client.get(link[1])
    offer.refresh_from_db()
    assert offer.resumed_at is not None
    assert Message.objects.filter(code="cart_resumed").count() == 1

    assert client.post(link[1]).status_code == 405
    for wrong in ("/c/cart/1/", f"/c/cart/{offer.pk}-AAAA/", f"/c/cart/{offer.pk + 1}{link[1].partition('-')[2]}/"):
        assert client.get(wrong).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_as_a_letter_that_repeats_no_words_of_others(cast: Cast, peer: Peer, writes: Writes) -> None:
    conversation = with_cart(writes("Hello").conversation)
    lifecycle.customer_ends(conversation)
    assert offered(signed_in(cast.ben), conversation).status_code == 204
    told = Message.objects.get(code="cart_offered_by")
    delivery.send.func(message_id=told.pk)
    body = peer.mails[-1].get_body(("plain",))
    assert body is not None
    text = str(body.get_content())
    assert "Your cart in our shop is still open." in text
    assert f"{own_page.address(conversation)}#cart" in text
    assert "sukat" not in text


def test_the_rules_and_the_report(cast: Cast, conversation: Conversation) -> None:
    ada = signed_in(cast.ada)
    assert "No cart has been offered yet" in ada.get("/settings/carts/").content.decode()
    rules = {"is_on": "on", "left_minutes": "30", "bought_days": "14"}
    assert ada.post(f"/settings/brands/{cast.brand.pk}/carts/", rules).status_code == 302
    assert policies.policy_of(cast.brand).left_minutes == 30
    assert ada.post(f"/settings/brands/{cast.brand.pk}/carts/", rules | {"left_minutes": "0"}).status_code == 422

    lifecycle.customer_ends(with_cart(conversation))
    offered(signed_in(cast.ben), conversation)
    counting.count(whole())
    counting.count(whole())
    page = " ".join(ada.get("/settings/carts/").content.decode().split())
    row = ["Villa", "1", "0", "0", "0&nbsp;%", "€0.00"]
    cells = re.findall(r"<t[hd](?: scope=\"row\"| class=\"numbers\")>([^<]+)</t[hd]>", page)
    assert cells == row
    assert ",Villa,1,0,0,0.0,EUR" in ada.get("/settings/carts.csv").content.decode()


def test_somebody_elses_visits_stay_theirs(cast: Cast, conversation: Conversation) -> None:
    with_cart(conversation)
    other = says(cast.inbox, "Hei", who="eve").conversation
    page = panel(signed_in(cast.ben), other)
    assert "part-visits" not in page
    assert "part-cart" not in page
