"""Two systems that tell of the same customers at the same moment, and one that tells everything twice at once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from aspa.core.people.models import Identity
from aspa.kit import clock
from aspa.service.commerce import ingest, sources
from aspa.service.commerce.models import Order, Source
from aspa.service.commerce.records import OrderRecord, Who
from tests.cast import gather

CUSTOMERS = 12


@pytest.mark.django_db(transaction=True)
def test_nobody_is_made_twice_and_nothing_is_lost() -> None:
    brand = gather().brand
    shop, register = (sources.create(brand, sources.API, name) for name in ("Kauppa", "Kassa"))
    together = threading.Barrier(3)

    def tell(source: Source, *, backwards: bool) -> list[str]:
        numbers = range(CUSTOMERS)[:: -1 if backwards else 1]
        now = clock.now()
        records = [
            OrderRecord(
                external_id=f"{number}",
                updated_at=now,
                who=Who(external_id=f"c{number}", email=f"c{number}@example.fi", email_verified=True),
            )
            for number in numbers
        ]
        together.wait(30)
        try:
            return [result.outcome for result in ingest.take(source, records)]
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        told = [
            pool.submit(tell, source, backwards=backwards)
            for source, backwards in ((shop, False), (shop, True), (register, True))
        ]
        outcomes = [outcome for each in told for outcome in each.result(60)]

    assert "refused" not in outcomes
    assert Order.known().filter(source=shop).count() == Order.known().filter(source=register).count() == CUSTOMERS
    proved = Identity.objects.filter(kind=Identity.Kind.EMAIL, verified_at__isnull=False)
    assert proved.count() == CUSTOMERS
    for number in range(CUSTOMERS):
        orders = Order.objects.filter(external_id=f"{number}")
        assert {order.contact_id for order in orders} == {proved.get(value=f"c{number}@example.fi").contact_id}
