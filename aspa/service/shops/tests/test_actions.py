"""What agents can have a shop do with an order, at stand-ins that answer as theirs do."""

from typing import Any

import pytest
from django.test import Client

from aspa.kit import clock
from aspa.service.commerce import actions, ingest
from aspa.service.commerce.actions import ActionFailed
from aspa.service.commerce.models import Order, Source
from aspa.service.shops.connector import connector_for
from testing.shops.server import Answer, payload
from testing.shops.shopify import Shopify
from testing.shops.woocommerce import WooCommerce
from tests.cast import Cast

pytestmark = pytest.mark.django_db

HOME = {"name": "Maija Liisa Mäkelä", "line1": "Uusikatu 1", "postcode": "90100", "city": "Oulu", "country": "fi"}


def taken(source: Source, topic: str, order: dict[str, Any]) -> Order:
    ingest.take(source, connector_for(source).understand(source, topic, order, clock.now()))
    return Order.known().select_related("source").get(source=source)


def act(order: Order, key: str, by: Any, filled: dict[str, Any] | None = None) -> str:
    action = next(one for one in actions.offered(order) if one.key == key)
    form = action.form(order, filled)
    if form is not None:
        assert form.is_valid(), form.errors
    return actions.run(action, order, by, form.cleaned_data if form else {})


def test_at_woocommerce(cast: Cast, woo: WooCommerce, woo_source: Source) -> None:
    woo.things["orders"] = [payload("woocommerce", "order")]
    order = taken(woo_source, "order.updated", woo.things["orders"][0])
    assert "again" in act(order, "resend", cast.ben)
    assert woo.letters == [(727, "maija.makela@example.com")]
    act(order, "refund_request", cast.ben, {"amount": "12,50", "reason": "Reikä sukassa"})
    ((_number, note),) = woo.notes
    assert note["customer_note"] is False
    assert all(words in note["note"] for words in ("Ben Berg", "12.50", "Reikä sukassa"))
    act(order, "address_change", cast.ben, HOME)
    shipping = woo.things["orders"][0]["shipping"]
    assert (shipping["first_name"], shipping["last_name"], shipping["city"]) == ("Maija Liisa", "Mäkelä", "Oulu")
    assert [event.kind for event in order.events.all()] == [
        "action:resend",
        "action:refund_request",
        "action:address_change",
    ]


def test_at_shopify(cast: Cast, shopify: Shopify, shopify_source: Source) -> None:
    shopify.things["orders"] = [payload("shopify", "order", fulfillment_status=None, tags="vip", note="Ovikoodi 12")]
    order = taken(shopify_source, "orders/updated", shopify.things["orders"][0])
    act(order, "resend", cast.ben)
    assert shopify.invoices == ["450789469"]
    act(order, "refund_request", cast.ben, {"amount": "10", "reason": "Rikki"})
    theirs = shopify.things["orders"][0]
    assert theirs["tags"] == "vip, refund-requested"
    assert theirs["note"].startswith("Ovikoodi 12\n") and "Rikki" in theirs["note"]
    act(order, "address_change", cast.ben, HOME)
    assert theirs["shipping_address"]["city"] == "Oulu"
    shopify.things["orders"] = []
    with pytest.raises(ActionFailed, match="Order does not exist"):
        act(order, "resend", cast.ben)


def test_what_goes_wrong_is_told_and_leaves_no_trace(cast: Cast, woo: WooCommerce, woo_source: Source) -> None:
    woo.things["orders"] = [payload("woocommerce", "order")]
    order = taken(woo_source, "order.updated", woo.things["orders"][0])
    woo.troubles = [
        Answer(503, {}),
        None,
        Answer(400, {"code": "x", "message": "Order does not have an email address."}),
    ]
    for words in ("busy|fault", "doesn't answer", "does not have an email address"):
        with pytest.raises(ActionFailed, match=words):
            act(order, "resend", cast.ben)
    assert not order.events.exists()
    assert "again" in act(order, "resend", cast.ben)


def test_what_makes_no_sense_isnt_offered_or_taken(cast: Cast, woo: WooCommerce, woo_source: Source) -> None:
    order = taken(woo_source, "order.updated", payload("woocommerce", "order", status="completed"))
    assert [one.key for one in actions.offered(order)] == ["resend", "refund_request"]
    refund = next(one for one in actions.offered(order) if one.key == "refund_request")
    for amount in ("0", "-1", "62,94", "paljon"):
        form = refund.form(order, {"amount": amount, "reason": "x"})
        assert form is not None and not form.is_valid()
    woo_source.is_active = False
    assert actions.offered(Order(source=woo_source, status="paid", total=1)) == []


def test_from_the_desk_to_the_shop(cast: Cast, woo: WooCommerce, woo_source: Source) -> None:
    woo.things["orders"] = [payload("woocommerce", "order")]
    order = taken(woo_source, "order.updated", woo.things["orders"][0])
    ben, cy = Client(), Client()
    ben.force_login(cast.ben)
    cy.force_login(cast.cy)
    place = f"/customers/{order.contact_id}/orders/{order.pk}/"
    page = ben.get(place).content.decode()
    assert all(
        words in page for words in ("Send the confirmation again", "Ask for a refund", "Change the delivery address")
    )
    assert "Postcode" in ben.get(f"{place}address_change").content.decode()
    assert woo.asked == []
    for client, path in ((cy, "resend"), (ben, "explode")):
        assert client.post(f"{place}{path}").status_code == 404
    woo.troubles = [Answer(401, {})]
    assert ben.post(f"{place}resend").status_code == 409
    assert woo.letters == []
    assert ben.post(f"{place}resend").status_code == 204
    assert woo.letters == [(727, "maija.makela@example.com")]
    assert ben.post(f"{place}refund_request", {"amount": "1000", "reason": "x"}).status_code == 409
    assert woo.notes == []
