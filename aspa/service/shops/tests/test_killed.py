"""20,000 orders are read while the worker is killed again and again: none is lost, none is there twice."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.db.models import Count, Sum

from aspa.service.commerce.models import Order, OrderLine, Source
from aspa.service.shops import filling
from aspa.service.shops.models import Filling
from testing.shops.server import Request, payload
from testing.shops.shopify import Shopify

# The promised number is read once; PostgreSQL shows that the same holds there.
ORDERS, PEOPLE = (20_000, 2_000) if connection.vendor == "sqlite" else (3_000, 300)
PAGES = ORDERS // 250
# Seconds until what a killed worker held is free; a living one that is starved of the processor must not lose it.
LEASE = 8.0
PATIENCE = 240.0


class Workers:
    """One worker at a time, in a process of its own."""

    def __init__(self, hosts: str) -> None:
        self._environment = {**os.environ, "ASPA_PRIVATE_HOSTS": hosts, "ASPA_LOG_LEVEL": "ERROR"}
        self.running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "aspa.kit.tests.work", str(LEASE), str(connection.settings_dict["NAME"])]
        self.running = subprocess.Popen(command, env=self._environment, stdout=subprocess.DEVNULL)

    def kill(self) -> None:
        if self.running is not None:
            self.running.send_signal(signal.SIGKILL)
            self.running.wait()


def wait_until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, "It takes too long."
        time.sleep(0.1)


def order(number: int) -> dict[str, Any]:
    person = number % PEOPLE + 1
    whole = payload("shopify", "order", id=number, name=f"#{number}", checkout_id=None, total_price=f"{number % 90}.50")
    whole["line_items"] = whole["line_items"][:1]
    whole["customer"] = {
        "id": person,
        "first_name": "Asiakas",
        "last_name": str(person),
        "email": f"a{person}@example.com",
    }
    return whole


@pytest.mark.django_db(transaction=True)
@pytest.mark.timeout(400)
def test_a_killed_worker_loses_nothing_and_takes_nothing_twice(shopify: Shopify, shopify_source: Source) -> None:
    shopify.things["orders"] = [order(number) for number in range(1, ORDERS + 1)]
    workers, pages = Workers(shopify.host), iter(range(1000))
    deaths: list[int] = []

    def kill_now_and_then(request: Request) -> None:
        if not request.path.endswith("/orders.json"):
            return
        page = next(pages)
        if page == PAGES // 5:  # the page is asked for, and nobody is left to take it
            deaths.append(page)
            workers.kill()
        elif page == PAGES * 3 // 5:  # the page is on its way, or being taken, or just taken
            deaths.append(page)
            threading.Timer(0.12, workers.kill).start()

    shopify.before = kill_now_and_then
    mine = filling.start(shopify_source, by=None)
    state = Filling.objects.filter(pk=mine.pk)
    try:
        for number in range(3):
            workers.start()
            wait_until(lambda dead=number: len(deaths) > dead or state.get().state != "running")  # type: ignore[misc]
            if len(deaths) > number:
                wait_until(lambda: workers.running is not None and workers.running.poll() is not None)
    finally:
        workers.kill()
    done = state.get()
    assert (len(deaths), done.state, done.counts["orders"]) == (
        2,
        "done",
        {"read": ORDERS, "refused": 0, "total": ORDERS},
    )
    assert Order.known().count() == ORDERS
    assert Order.known().aggregate(Sum("total"))["total__sum"] == sum(
        (number % 90) * 100 + 50 for number in range(1, ORDERS + 1)
    )
    assert OrderLine.objects.count() == ORDERS
    people = Order.known().values("contact").annotate(orders=Count("pk"))
    assert {one["orders"] for one in people} == {ORDERS // PEOPLE}
    assert len(people) == PEOPLE
