"""Reading a shop's history, page by page, through everything that happens on the way."""

import contextlib
import datetime as dt
from typing import Any

import pytest
import time_machine
from django.db import connection

from aspa.kit import clock
from aspa.kit.tasks import run_pending
from aspa.service.commerce.models import Cart, Customer, Order, Product, Source
from aspa.service.commerce.records import Record
from aspa.service.shops import delivering, filling
from aspa.service.shops.models import Filling
from aspa.service.shops.woocommerce import understanding
from testing.shops.server import Answer, Request, payload
from testing.shops.shopify import Shopify
from testing.shops.woocommerce import WooCommerce
from tests.cast import Cast

pytestmark = pytest.mark.django_db(transaction=True)

# The queue on PostgreSQL has the database's own clock, too: by that one nothing of then is due.
FUTURE = dt.datetime(2030, 1, 7, 12, tzinfo=dt.UTC)


def filled(source: Source) -> Filling:
    filling.start(source, by=None)
    run_pending()
    return Filling.objects.get(source=source)


def with_orders(shop: WooCommerce, count: int) -> None:
    shop.things["orders"] = [
        payload("woocommerce", "order", id=number, number=str(number)) for number in range(1, count + 1)
    ]


def test_all_that_woocommerce_has(woo: WooCommerce, woo_source: Source) -> None:
    woo.things["customers"] = [payload("woocommerce", "customer")]
    woo.things["products"] = [payload("woocommerce", "product", id=number) for number in (93, 22)]
    with_orders(woo, 250)
    done = filled(woo_source)
    assert (done.state, done.counts["orders"]) == ("done", {"read": 250, "refused": 0, "total": 250})
    assert (Order.known().count(), Product.known().count(), Customer.objects.count()) == (250, 2, 1)
    asked = len(woo.asked)
    again = filling.start(woo_source, by=None)
    run_pending()
    assert Filling.objects.get(pk=again.pk).state == "done"
    assert (Order.known().count(), len(woo.asked)) == (250, 2 * asked)


def test_orders_deleted_while_they_are_read_hide_no_others(woo: WooCommerce, woo_source: Source) -> None:
    with_orders(woo, 350)
    removed: list[Any] = []

    def delete_some(request: Request) -> None:
        if request.query.get("offset") == "99" and not removed:
            removed.extend(woo.things["orders"][:60])
            del woo.things["orders"][:60]

    woo.before = delete_some
    assert filled(woo_source).state == "done"
    assert len(removed) == 60
    assert set(Order.known().values_list("external_id", flat=True)) == {str(number) for number in range(1, 351)}


class Killed(BaseException):
    """Whoever was at it is gone, as by a SIGKILL: nothing of ours catches it."""


def test_woocommerces_pages_outlive_whoever_reads_them(
    woo: WooCommerce, woo_source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The real kill, of a process, is tried with Shopify (`test_killed.py`); here it is the place in WooCommerce's pages."""
    with_orders(woo, 700)
    mine, moving = filling.start(woo_source, by=None), filling._move
    # Before the page is committed, and right after.
    deaths = {3: "before", 4: "before", 6: "after"}
    moves = iter(range(100))

    def dies(*page: Any) -> bool:
        if deaths.get(move := next(moves)) == "before":
            raise Killed
        going_on = moving(*page)
        if move in deaths:
            connection.on_commit(die)
        return going_on

    def die() -> None:
        raise Killed

    monkeypatch.setattr(filling, "_move", dies)
    for _life in range(len(deaths) + 1):
        with contextlib.suppress(Killed):
            while filling.go_on(mine.pk):
                pass
    done = Filling.objects.get(pk=mine.pk)
    assert (done.state, done.counts["orders"]) == ("done", {"read": 700, "refused": 0, "total": 700})
    assert Order.known().count() == 700


def test_all_that_shopify_has(shopify: Shopify, shopify_source: Source) -> None:
    shopify.things["customers"] = [payload("shopify", "customer")]
    shopify.things["checkouts"] = [payload("shopify", "checkout", id=1), payload("shopify", "checkout")]
    shopify.things["orders"] = [payload("shopify", "order", id=450789469 + number) for number in range(260)]
    done = filled(shopify_source)
    assert (done.state, done.counts["orders"]) == ("done", {"read": 260, "refused": 0, "total": 260})
    assert sorted(Cart.known().values_list("state", flat=True)) == ["open", "ordered"]
    limits = {request.query.get("limit") for request in shopify.asked if not request.path.endswith("count.json")}
    assert limits == {"250"}


@pytest.mark.parametrize("header", ["2.0", "Mon, 07 Jan 2030 12:00:02 GMT"])
def test_a_shop_that_asks_us_to_wait_is_left_in_peace_so_long(
    shopify: Shopify, shopify_source: Source, header: str
) -> None:
    shopify.things["orders"] = [payload("shopify", "order")]
    with time_machine.travel(FUTURE, tick=False) as now:
        shopify.troubles = [Answer(429, {"errors": "Exceeded 2 calls per second"}, {"Retry-After": header})]
        waiting = filled(shopify_source)
        assert (waiting.state, waiting.failures, waiting.again_at) == (
            "running",
            0,
            clock.now() + dt.timedelta(seconds=2),
        )
        now.shift(1.9)
        assert (run_pending(), len(shopify.asked)) == (0, 1)
        now.shift(0.2)
        run_pending()
    assert (Filling.objects.get().state, Order.known().count()) == ("done", 1)


def test_a_shop_that_stumbles_is_asked_again_and_at_last_no_more(woo: WooCommerce, woo_source: Source) -> None:
    with_orders(woo, 1)
    with time_machine.travel(FUTURE, tick=False) as now:
        woo.troubles = [Answer(502, b"<h1>Bad gateway</h1>"), None, Answer(200, b"<h1>Maintenance</h1>")]
        filled(woo_source)
        for failures, seconds in ((1, 5), (2, 10), (3, 20)):
            assert Filling.objects.get().failures == failures
            now.shift(seconds)
            run_pending()
        assert (Filling.objects.get().state, Order.known().count()) == ("done", 1)
        woo.troubles = [Answer(500, {})] * 8
        filling.start(woo_source, by=None)
        for _hour in range(8):
            run_pending()
            now.shift(3600)
    given_up = Filling.objects.order_by("-pk")[0]
    assert (given_up.state, len(woo.troubles)) == ("failed", 0)
    filling.resume(given_up)
    run_pending()
    assert Filling.objects.get(pk=given_up.pk).state == "done"


def test_what_only_an_admin_can_mend_stops_it_at_once(woo: WooCommerce, woo_source: Source, settings: Any) -> None:
    woo.secret = "cs_changed"
    refused = filled(woo_source)
    assert (refused.state, len(woo.asked), "key" in refused.problem) == ("failed", 1, True)
    settings.ASPA_PRIVATE_HOSTS = []
    filling.resume(refused)
    run_pending()
    closed = Filling.objects.get()
    assert (closed.state, len(woo.asked), "public network" in closed.problem) == ("failed", 1, True)


def test_an_item_that_cant_be_understood_waits_and_the_others_go_on(woo: WooCommerce, woo_source: Source) -> None:
    with_orders(woo, 3)
    woo.things["orders"][1]["total"] = "many"
    done = filled(woo_source)
    assert (done.state, done.counts["orders"]) == ("done", {"read": 3, "refused": 1, "total": 3})
    (fault,) = delivering.failed(woo_source)
    assert (fault.key, '"many"' in fault.body, Order.known().count()) == ("history:order.read:2", True, 2)


def test_a_fault_of_ours_stops_nothing_either(
    woo: WooCommerce, woo_source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_orders(woo, 3)
    whole = understanding.records

    def stumbles(topic: str, raw: Any, at: dt.datetime, **more: str) -> list[Record]:
        return whole(topic, raw, at, **more) if raw["id"] != 2 else [1 / 0]  # type: ignore[list-item]

    monkeypatch.setattr(understanding, "records", stumbles)
    done = filled(woo_source)
    assert (done.state, done.counts["orders"]["refused"], Order.known().count()) == ("done", 1, 2)
    assert "ZeroDivisionError" in delivering.failed(woo_source).get().detail


def test_one_at_a_time_and_it_can_be_stopped(cast: Cast, woo: WooCommerce, woo_source: Source) -> None:
    with_orders(woo, 150)
    first = filling.start(woo_source, by=cast.ada)
    with pytest.raises(filling.AlreadyRunning):
        filling.start(woo_source, by=cast.ada)
    filling.stop(first)
    run_pending()
    assert woo.asked == []
    filling.resume(first)
    run_pending()
    assert (Filling.objects.get().state, Order.known().count()) == ("done", 150)


def test_of_two_workers_at_one_page_only_one_takes_it(woo: WooCommerce, woo_source: Source) -> None:
    """A worker whose lease has run out may still be at it."""
    with_orders(woo, 150)
    mine = filling.start(woo_source, by=None)
    go_on = [True]

    def the_other_is_faster(request: Request) -> None:
        if go_on and request.path.endswith("/orders"):
            go_on.clear()
            assert filling.go_on(mine.pk)
            connection.close()  # it is the stand-in's thread

    woo.before = the_other_is_faster
    run_pending()
    done = Filling.objects.get()
    # The slower one found the place moved and left it; the faster one's next turn would go on.
    assert (done.state, done.counts["orders"]["read"]) == ("running", 100)
    filling.resume(done)
    run_pending()
    done = Filling.objects.get()
    assert (done.state, done.counts["orders"]["read"], Order.known().count()) == ("done", 150, 150)
