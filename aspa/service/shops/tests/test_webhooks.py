"""What shops post to our door, as it stands in their documentation."""

import logging
from typing import Any

import pytest
from django.test import Client

from aspa.kit.tasks import run_pending
from aspa.service.commerce.models import Cart, Customer, Order, Product, Source
from aspa.service.shops import delivering
from aspa.service.shops.models import Connection, Delivery
from testing.shops.server import payload
from testing.shops.shopify import Shopify
from testing.shops.woocommerce import WooCommerce
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def post(source: Source, signed: tuple[bytes, dict[str, str]]) -> int:
    body, headers = signed
    answer = Client().post(f"/shops/{source.public_id}/", body, content_type="application/json", headers=headers)
    return answer.status_code


def test_what_woocommerce_tells_is_taken_once(woo: WooCommerce, woo_source: Source) -> None:
    order = woo.signed("order.updated", payload("woocommerce", "order"), key="d1")
    assert post(woo_source, woo.signed("customer.created", payload("woocommerce", "customer"))) == 200
    assert post(woo_source, woo.signed("product.updated", payload("woocommerce", "product"))) == 200
    assert [post(woo_source, order), post(woo_source, order)] == [200, 200]
    assert not Order.objects.exists()  # it is answered before it is understood
    run_pending()
    taken = Order.known().get()
    assert (taken.number, taken.status, taken.total, taken.contact.name) == ("727", "paid", 6293, "Maija Mäkelä")
    assert [(line.name, line.total) for line in taken.lines.all()] == [
        ("Villasukat – harmaa, 38", 3980),
        ("Villapipo", 1718),
    ]
    assert Customer.objects.get().contact_id == taken.contact_id
    assert (Product.known().get().price, Product.known().get().categories) == (1990, ["Sukat & tossut"])
    kept = Delivery.objects.get(key="woocommerce:d1")
    assert (Delivery.objects.count(), kept.state, kept.contact_id) == (3, "done", taken.contact_id)
    assert Connection.objects.get(source=woo_source).heard_at


def test_an_order_deleted_in_woocommerce_goes(woo: WooCommerce, woo_source: Source) -> None:
    post(woo_source, woo.signed("order.created", payload("woocommerce", "order")))
    # An old order sent once more under another topic: the topic isn't signed.
    body, headers = woo.signed("order.created", payload("woocommerce", "order"))
    post(woo_source, (body, {**headers, "X-WC-Webhook-Topic": "order.deleted"}))
    run_pending()
    assert Order.known().count() == 1
    post(woo_source, woo.signed("order.deleted", {"id": 727}))
    run_pending()
    assert Order.known().count() == 0


def test_what_shopify_tells_is_taken(shopify: Shopify, shopify_source: Source) -> None:
    for topic, name in (
        ("checkouts/create", "checkout"),
        ("customers/create", "customer"),
        ("orders/updated", "order"),
    ):
        assert post(shopify_source, shopify.signed(topic, payload("shopify", name))) == 200
    assert post(shopify_source, shopify.signed("products/update", payload("shopify", "product"))) == 200
    run_pending()
    order, cart = Order.known().get(), Cart.known().get()
    assert (order.number, order.status, order.total, order.shipping) == ("#1001", "shipped", 10390, 690)
    assert (order.tracking_number, order.address["city"]) == ("JJFI60000000001", "Turku")
    assert (cart.state, cart.order_id, cart.value) == ("ordered", order.pk, 10700)
    assert cart.contact_id == order.contact_id == Customer.objects.get().contact_id
    assert Product.known().get().name == "Teepannu"
    assert not delivering.failed(shopify_source).exists()


def test_what_isnt_the_shops_own_is_refused(
    cast: Cast, woo: WooCommerce, woo_source: Source, shopify: Shopify, shopify_source: Source, caplog: Any
) -> None:
    order, mine = payload("woocommerce", "order"), payload("shopify", "order")
    body, headers = woo.signed("order.updated", order)
    other = Source.objects.create(
        brand=cast.other_brand,
        kind="woocommerce",
        name="Toinen",
        settings={**woo_source.settings, "webhook_secret": "else"},
    )
    unset = Source.objects.create(brand=cast.brand, kind="woocommerce", name="Uusi", settings={})
    with caplog.at_level(logging.INFO):
        assert post(woo_source, woo.signed("order.updated", order, secret="guess")) == 401
        assert post(woo_source, (body, {**headers, "X-WC-Webhook-Signature": ""})) == 401
        assert post(woo_source, (body, {**headers, "X-WC-Webhook-Signature": "äö"})) == 401
        assert post(woo_source, (body.replace(b"62.93", b"00.01"), headers)) == 401
        assert post(other, (body, headers)) == 401
        assert post(unset, woo.signed("order.updated", order, secret="")) == 401
        assert post(shopify_source, shopify.signed("orders/updated", mine, secret="guess")) == 401
        body, headers = shopify.signed("orders/updated", mine)
        assert post(shopify_source, (body, {**headers, "X-Shopify-Shop-Domain": "other.myshopify.com"})) == 401
    assert not Delivery.objects.exists()
    assert Connection.objects.get(source=woo_source).forged_at
    assert "isn't its own" in caplog.text
    assert "maija" not in caplog.text.lower()


def test_doors_that_are_none(cast: Cast, woo: WooCommerce, woo_source: Source) -> None:
    signed = woo.signed("order.updated", payload("woocommerce", "order"))
    fed_by_itself = Source.objects.create(brand=cast.brand, kind="api", name="Kassa")
    files = Source.objects.create(brand=cast.brand, kind="csv", name="Tiedostot")
    assert post(fed_by_itself, signed) == 404
    assert post(files, signed) == 401
    Source.objects.filter(pk=woo_source.pk).update(is_active=False)
    assert post(woo_source, signed) == 404
    assert Client().post("/shops/nobody/", b"{}", content_type="application/json").status_code == 404


def test_woocommerce_asks_first_whether_somebody_is_there(woo_source: Source) -> None:
    """https://github.com/woocommerce/woocommerce: WC_Webhook::deliver_ping posts `webhook_id=…`, unsigned."""
    answer = Client().post(
        f"/shops/{woo_source.public_id}/", {"webhook_id": "3"}, content_type="application/x-www-form-urlencoded"
    )
    plain = Client().post(
        f"/shops/{woo_source.public_id}/", b"webhook_id=3", content_type="application/x-www-form-urlencoded"
    )
    assert (answer.status_code, plain.status_code) == (401, 200)
    assert not Delivery.objects.exists()


def test_what_cant_be_understood_waits_for_an_admin(woo: WooCommerce, woo_source: Source) -> None:
    broken = payload("woocommerce", "order", total="many")
    assert post(woo_source, woo.signed("order.updated", broken)) == 200
    assert post(woo_source, woo.signed("order.updated", [])) == 200
    run_pending()
    first, second = delivering.failed(woo_source).order_by("pk")
    assert ("total" in first.detail, first.contact, bool(second.detail)) == (True, None, True)
    # The shop's currency was the trouble, or a new Aspa understands it: it is tried again, as it came.
    Delivery.objects.filter(pk=first.pk).update(body=first.body.replace("many", "62.93"))
    delivering.again(Delivery.objects.get(pk=first.pk))
    delivering.dismiss(second)
    run_pending()
    assert Order.known().count() == 1
    assert not delivering.failed(woo_source).exists()
    assert Delivery.objects.get(pk=second.pk).body == ""


def test_a_post_without_end_is_refused(woo: WooCommerce, woo_source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aspa.service.shops.doors.MOST_BYTES", 100)
    assert post(woo_source, woo.signed("order.updated", payload("woocommerce", "order"))) == 413
