"""Orders beside a conversation: what an agent sees of them, and what can be done with one."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django import forms
from django.test import Client

from aspa.core.inboxes.models import Grant
from aspa.core.people.models import Agent, Role
from aspa.kit import clock
from aspa.service.commerce import actions, ingest, sources
from aspa.service.commerce.models import Order, Source
from aspa.service.commerce.records import BookingRecord, Line, LoyaltyRecord, OrderRecord, SubscriptionRecord, Who
from tests.cast import Cast


class NewAddress(actions.Action):
    key = "address"
    name = "Change the address"
    about = "The shop sends the parcel there instead."

    class Form(forms.Form):
        line1 = forms.CharField(label="Street")

    def offered(self, order: Order) -> bool:
        return order.status != "delivered"

    def form(self, order: Order, data: Any = None) -> forms.Form:
        return self.Form(data)

    def run(self, order: Order, by: Agent, values: dict[str, Any]) -> str:
        if values["line1"] == "Nowhere":
            raise actions.ActionFailed("The shop doesn't know that street.")
        return f"The parcel goes to {values['line1']}."


@pytest.fixture
def source(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Source:
    monkeypatch.setitem(actions._actions, "woo", {"address": NewAddress()})
    return sources.create(cast.brand, "woo", "Verkkokauppa")


@pytest.fixture
def order(cast: Cast, source: Source) -> Order:
    now, who = clock.now(), Who(contact_id=cast.dee.pk)
    sold = (Line(name="Neule M", quantity=2, unit_price=6350, url="https://shop.example/neule"),)
    results = ingest.take(
        source,
        [
            OrderRecord(external_id="1", updated_at=now, who=who, number="10482", status="shipped", total=12700,
                        lines=sold, tracking_number="JJFI1", admin_url="https://shop.example/admin/1"),
            SubscriptionRecord(external_id="1", updated_at=now, who=who, name="Kahvitilaus", price=1990, interval="kk"),
            BookingRecord(external_id="1", updated_at=now, who=who, name="Huolto", starts_at=now, place="Kallio"),
            LoyaltyRecord(who=Who(external_id="D"), updated_at=now, tier="Kulta", points=1200),
        ],
    )  # fmt: skip
    assert {result.outcome for result in results} == {"taken"}
    return Order.objects.get()


def agent(who: Agent) -> Client:
    client = Client()
    client.force_login(who)
    return client


def test_the_panel_shows_orders_subscriptions_and_bookings(cast: Cast, order: Order) -> None:
    panel = agent(cast.ben).get(f"/customers/{cast.dee.pk}/panel").content.decode()
    for words in ("10482", "On its way", "€127.00", "Neule M", "Kahvitilaus", "Huolto", "Kallio"):
        assert words in panel
    assert "Kulta" not in panel, "Another customer's."

    page = agent(cast.ben).get(f"/customers/{cast.dee.pk}/orders/{order.pk}/").content.decode()
    for words in ("JJFI1", "https://shop.example/admin/1", "Change the address", "€127.00"):
        assert words in page
    lines = agent(cast.ben).get(f"/customers/{cast.dee.pk}/timeline", {"kind": "orders"}).content.decode()
    assert "Order 10482" in lines


def test_an_action_is_asked_done_and_noted(cast: Cast, order: Order) -> None:
    ben, path = agent(cast.ben), f"/customers/{cast.dee.pk}/orders/{order.pk}/address"
    asked = ben.get(path).content.decode()
    assert "The shop sends the parcel there instead." in asked and not order.events.exists()

    assert ben.post(path, {"line1": ""}).status_code == 409
    refused = ben.post(path, {"line1": "Nowhere"})
    assert (refused.status_code, refused.json()["error"]["text"]) == (409, "The shop doesn't know that street.")
    assert not order.events.exists()
    done = ben.post(path, {"line1": "Kaisaniemi 1"})
    assert done.status_code == 204 and "The parcel goes to Kaisaniemi 1." in done["HX-Trigger"]
    event = order.events.get()
    assert (event.kind, event.data) == ("action:address", {"by": cast.ben.pk})

    Order.objects.update(status="delivered")
    assert ben.post(path, {"line1": "Kaisaniemi 2"}).status_code == 404


def test_outsiders_and_readers_do_nothing_with_an_order(cast: Cast, order: Order) -> None:
    path = f"/customers/{cast.dee.pk}/orders/{order.pk}/"
    for address in (path, path + "address"):
        assert agent(cast.cy).get(address).status_code == 404
        assert agent(cast.cy).post(address).status_code in (404, 405)
    reading = Role.objects.create(name="Reader", permissions=[Role.Permission.READ])
    Grant.objects.filter(agent=cast.cy).delete()
    Grant.objects.create(agent=cast.cy, role=reading, inbox=cast.inbox)
    reader = agent(Agent.objects.get(pk=cast.cy.pk))
    assert "Change the address" not in reader.get(path).content.decode()
    assert reader.post(path + "address", {"line1": "Kaisaniemi 1"}).status_code == 403
    assert not order.events.exists()


def test_a_cart_and_an_order_of_another_customer_are_not_found_behind_this_one(cast: Cast, order: Order) -> None:
    later = order.placed_at or clock.now() + dt.timedelta(days=1)
    ingest.take(order.source, [OrderRecord(external_id="2", updated_at=later, who=Who(external_id="other"))])
    theirs = Order.objects.get(external_id="2")
    assert agent(cast.ben).get(f"/customers/{cast.dee.pk}/orders/{theirs.pk}/").status_code == 404
