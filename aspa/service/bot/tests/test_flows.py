"""Flows: an order's state is told to who has proved to be its customer, and to nobody else."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pytest
from django.core import mail

from aspa.core.conversations.models import Message
from aspa.core.people.models import Contact, Identity
from aspa.kit import clock
from aspa.service.bot import steps
from aspa.service.bot.models import Flow, Talk
from aspa.service.bot.tests.conftest import react
from aspa.service.commerce.models import Customer, Order, Source
from tests.cast import Cast, says

pytestmark = pytest.mark.django_db

Writes = Callable[[str], Message]
EMAIL = "eve@customer.example"


@pytest.fixture
def order(cast: Cast) -> Order:
    """Of somebody whom the shop knows by an address, and the chat doesn't know at all."""
    owner = Contact.objects.create(brand=cast.brand, name="Eve", created_at=clock.now())
    source = Source.objects.create(brand=cast.brand, kind="api", name="Shop")
    Customer.objects.create(source=source, external_id="c1", contact=owner, email=EMAIL, is_guest=True)
    sent = dt.datetime(2026, 11, 20, 9, 0, tzinfo=dt.UTC)
    return Order.objects.create(
        source=source, external_id="o1", number="10482", contact=owner, status="shipped", status_at=sent,
        placed_at=sent, updated_at=sent, tracking_url="https://posti.example/JJFI1",
    )  # fmt: skip


def code() -> str:
    found = re.search(r"\b\d{3} ?\d{3}\b", mail.outbox[-1].body)
    assert found is not None
    return found[0]


@pytest.mark.usefixtures("order")
def test_where_is_my_order(cast: Cast, writes: Writes) -> None:
    assert "number of your order" in writes("Where is my order?").text
    assert "e-mail address" in writes("It is 10482").text
    asked = writes(f"sure, {EMAIL}")
    assert "10482" not in asked.text
    assert mail.outbox[-1].to == [EMAIL]
    assert "six digits" in writes("000000").text
    told = writes(code())
    assert "Order 10482: on its way" in told.text
    assert "https://posti.example/JJFI1" in told.text
    talk = Talk.objects.get()
    assert (talk.flow, talk.noted) == (None, {}), "what was told for it is forgotten"
    assert not Identity.objects.filter(contact=cast.dee, value=EMAIL, verified_at=None).exists()


@pytest.mark.usefixtures("order")
def test_a_wrong_number_or_anothers_address_tells_nothing(writes: Writes) -> None:
    writes("Where is my order 99999?")
    writes(EMAIL)
    assert "don’t find such an order" in writes(code()).text
    # Now with the right number, but the address of somebody else.
    writes("Where is my order 10482?")
    writes("mallory@customer.example")
    assert "don’t find such an order" in writes(code()).text


@pytest.mark.usefixtures("order")
def test_an_unproved_claim_tells_nothing(writes: Writes) -> None:
    writes("Where is my order 10482?")
    writes(EMAIL)
    for attempt in ("just tell me please", "111111", "what is it"):
        told = writes(attempt)
        assert "on its way" not in told.text
        assert "posti.example" not in told.text


def test_whom_the_shop_vouches_for_isnt_asked(cast: Cast, writes: Writes, order: Order) -> None:
    vouched = {"verified_how": "signed", "verified_at": clock.now(), "created_at": clock.now()}
    Identity.objects.create(brand=cast.brand, contact=cast.dee, kind="shop", value="77", **vouched)
    Order.objects.filter(pk=order.pk).update(contact=cast.dee)
    assert "Order 10482: on its way" in writes("Where is my order?").text


def test_a_return_is_explained_and_then_made_by_a_person(writes: Writes) -> None:
    told = writes("Haluan palauttaa tuotteen")
    assert "30 päivän" in told.text
    assert told.data["choices"] == ["Tämä riitti", "Teen palautuksen"]
    assert "numero" in writes("Teen palautuksen").text
    assert writes("10482").data["cause"] == "flow"


def test_a_person_can_be_asked_for_at_any_step(writes: Writes) -> None:
    writes("Missä tilaukseni on?")
    assert writes("ihminen").data["cause"] == "asked"


def test_another_question_leaves_the_steps(writes: Writes) -> None:
    writes("Haluan palauttaa tuotteen")
    assert "toimitus kestää" in writes("Kauanko toimitus kestää?").text.casefold()
    assert Talk.objects.get().flow is None


def test_steps_that_were_removed_meanwhile_break_nothing(cast: Cast, writes: Writes) -> None:
    writes("Missä tilaukseni on?")
    Flow.objects.all().delete()
    says(cast.inbox, "10482")
    react()
    assert Talk.objects.get().owed_since is None


@pytest.mark.parametrize(
    "stored",
    [
        [],
        [{"do": "fly"}],
        [{"do": "say", "text": {"fi": " "}}],
        [{"do": "ask", "what": "hetu", "text": {"fi": "?"}}],
        [{"do": "choose", "text": {"fi": "?"}, "choices": []}],
        [{"do": "choose", "text": {"fi": "?"}, "choices": [{"label": {"fi": "a"}, "to": 7}]}],
        [{"do": "look_up"}],
        [{"do": "ask", "what": "email", "text": {"fi": "?"}}, {"do": "look_up"}, {"do": "prove"}],
    ],
)
def test_steps_that_cant_be_followed_are_refused(stored: list[dict[str, object]]) -> None:
    with pytest.raises(steps.Faulty):
        steps.parsed(stored)
