"""Webhooks are set up in the shop, mended where the shop gave up on them, and removed; tokens are asked for."""

import datetime as dt
from typing import Any

import pytest
import time_machine

from aspa.kit import clock
from aspa.kit.tasks import run_pending
from aspa.service.commerce.models import Order, Source
from aspa.service.shops import connecting, delivering, doors, hooking
from aspa.service.shops.models import Connection
from aspa.service.shops.tests.test_webhooks import post
from testing.shops.server import Answer, payload
from testing.shops.shopify import Shopify
from testing.shops.woocommerce import WooCommerce

pytestmark = pytest.mark.django_db


def asked_for(source: Source, *, anew: bool = False) -> Connection:
    hooking.want(source, anew=anew)
    run_pending()
    return Connection.objects.get(source=source)


def test_woocommerces_are_set_up_mended_and_removed(woo: WooCommerce, woo_source: Source) -> None:
    theirs = {"id": 7, "topic": "order.updated", "delivery_url": "https://else.example/", "status": "active"}
    woo.hooks = [dict(theirs)]
    connection = asked_for(woo_source)
    ours = [hook for hook in woo.hooks if hook["id"] != 7]
    assert (set(connection.hooks), set(connection.hooks.values())) == ({hook["topic"] for hook in ours}, {""})
    assert {(hook["delivery_url"], hook["secret"]) for hook in ours} == {
        (doors.address(woo_source), woo.webhook_secret)
    }
    # What the shop switched off after five failures comes back, once; one too many goes.
    ours[0]["status"] = "disabled"
    woo.hooks.append({**ours[1], "id": 999})
    hooking.mend_all()
    run_pending()
    topics = [hook["topic"] for hook in woo.hooks if hook["id"] != 7 and hook["status"] == "active"]
    assert sorted(topics) == sorted(connection.hooks)
    assert asked_for(woo_source, anew=True).hooks == connection.hooks
    assert len(woo.hooks) == len(connection.hooks) + 1
    hooking.give_up(woo_source)
    hooking.mend_all()
    run_pending()
    assert (woo.hooks, Connection.objects.get().hooks) == ([theirs], {})


def test_a_key_that_may_only_read_is_told(woo: WooCommerce, woo_source: Source) -> None:
    woo.may_write = False
    connection = asked_for(woo_source)
    assert all("may not do this" in why for why in connection.hooks.values())
    woo.secret = "cs_changed"
    connection = asked_for(woo_source)
    assert ("accept the key" in connection.hooks_problem, connection.hooks) == (True, {})


def test_a_shop_that_is_away_is_asked_again(woo: WooCommerce, woo_source: Source) -> None:
    with time_machine.travel(dt.datetime(2030, 1, 7, 12, tzinfo=dt.UTC), tick=False) as now:
        woo.troubles = [Answer(429, {}, {"Retry-After": "90"})]
        assert "busy" in asked_for(woo_source).hooks_problem
        now.shift(95)
        run_pending()
    assert (Connection.objects.get().hooks_problem, len(woo.hooks)) == ("", 10)


def test_a_shop_out_of_use_keeps_none(woo: WooCommerce, woo_source: Source) -> None:
    asked_for(woo_source)
    woo_source.is_active = False
    woo_source.save()
    hooking.keep_up(woo_source)
    run_pending()
    assert woo.hooks == []


def test_when_each_of_them_was_last_told(woo: WooCommerce, woo_source: Source) -> None:
    body, headers = woo.signed("order.updated", payload("woocommerce", "order"))
    assert post(woo_source, (body, headers)) == 200
    assert (
        post(woo_source, (body, {**headers, "X-WC-Webhook-Topic": "no.such", "X-WC-Webhook-Delivery-ID": "2"})) == 200
    )
    assert list(Connection.objects.get().heard) == ["order.updated"]


def test_shopifys_are_set_up_by_an_app_that_asks_for_its_token(shopify: Shopify, shopify_source: Source) -> None:
    secret = shopify_source.settings.pop("webhook_secret")
    del shopify_source.settings["token"]
    shopify_source.settings |= {"client_id": shopify.client_id, "client_secret": secret}
    shopify_source.save()
    shopify.closed = {"CHECKOUTS_CREATE"}
    connection = asked_for(shopify_source)
    assert "permission" in connection.hooks.pop("checkouts/create")
    assert (set(connection.hooks.values()), len(connection.hooks), len(shopify.hooks)) == ({""}, 9, 9)
    assert asked_for(shopify_source).hooks_problem == ""
    assert (len(shopify.hooks), shopify.granted) == (9, 1)
    # The app's secret signs; what is posted is told apart and taken as before.
    assert post(shopify_source, shopify.signed("orders/create", payload("shopify", "order"))) == 200
    assert post(shopify_source, shopify.signed("orders/create", payload("shopify", "order"), secret="guess")) == 401
    run_pending()
    assert Order.known().count() == 1 and not delivering.failed(shopify_source).exists()
    # A token that has ended early is asked for anew.
    shopify.token = "shpat_else"
    assert (connecting.check(shopify_source), shopify.granted) == ("", 2)
    shopify_source.settings["client_secret"] = "wrong"
    assert "authentication failed" in connecting.check(shopify_source)


def test_shopifys_limit_is_waited_for(shopify: Shopify, shopify_source: Source) -> None:
    """https://shopify.dev/docs/api/usage/limits: a throttled question is answered with success."""
    state = {"maximumAvailable": 1000.0, "currentlyAvailable": 10.0, "restoreRate": 50.0}
    throttled: dict[str, Any] = {
        "errors": [{"message": "Throttled", "extensions": {"code": "THROTTLED"}}],
        "extensions": {"cost": {"requestedQueryCost": 8010, "actualQueryCost": None, "throttleStatus": state}},
    }
    with time_machine.travel(dt.datetime(2030, 1, 7, 12, tzinfo=dt.UTC), tick=False) as now:
        shopify_source.settings["client_secret"] = shopify.webhook_secret
        shopify_source.save()
        shopify.troubles = [Answer(200, throttled)]
        asked_for(shopify_source)
        now.shift(159)
        assert (run_pending(), clock.now().second) == (0, 39)
        now.shift(2)
        run_pending()
    assert len(shopify.hooks) == 10
