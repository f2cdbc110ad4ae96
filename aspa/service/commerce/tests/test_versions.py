"""In whatever order and however often a shop's versions come, and in whatever batches, the end is the same."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from aspa.core.inboxes.models import Brand
from aspa.service.commerce import ingest
from aspa.service.commerce.models import Cart, Customer, Order, OrderEvent, OrderLine, Source, Subscription
from aspa.service.commerce.records import (
    CartRecord,
    CustomerRecord,
    Deleted,
    Line,
    OrderEventRecord,
    OrderRecord,
    Record,
    SubscriptionRecord,
    Who,
)

pytestmark = pytest.mark.django_db
START = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)


def minute(number: int) -> dt.datetime:
    return START + dt.timedelta(minutes=number)


def who(number: int) -> Who:
    return Who(external_id=f"c{number % 2}", name=f"Dee {number}", email=f"dee{number}@example.fi")


# A minute is one version of a thing: what it says follows from its minute.
MINUTES = st.integers(0, 5)
THINGS = st.sampled_from(["1", "2"])
STATUSES = ["placed", "paid", "shipped", "cancelled"]
RECORDS: st.SearchStrategy[Record] = st.one_of(
    st.builds(
        lambda thing, n: OrderRecord(
            external_id=thing,
            updated_at=minute(n),
            who=who(n),
            status=STATUSES[n % 4],
            total=100 * n,
            lines=tuple(Line(name=f"Lamppu {k}", unit_price=n) for k in range(n % 3)),
            cart_external_id=str(1 + n % 2),
        ),
        THINGS,
        MINUTES,
    ),
    st.builds(
        lambda thing, n: OrderEventRecord(
            order_external_id=thing, external_id=f"e{n}", kind=[*STATUSES, "packing_slip"][n % 5], at=minute(n)
        ),
        THINGS,
        MINUTES,
    ),
    st.builds(
        lambda thing, n: CartRecord(external_id=thing, updated_at=minute(n), who=who(n), value=n), THINGS, MINUTES
    ),
    st.builds(
        lambda thing, n: SubscriptionRecord(external_id=thing, updated_at=minute(n), who=who(n), name=f"Kahvi {n}"),
        THINGS,
        MINUTES,
    ),
    st.builds(lambda n: CustomerRecord(who=who(n), updated_at=minute(n), tier=f"t{n}"), MINUTES),
    st.builds(
        lambda kind, thing, n: Deleted(kind=kind, external_id=thing, updated_at=minute(n)),
        st.sampled_from(["order", "cart", "subscription"]),
        THINGS,
        MINUTES,
    ),
)


GONE_AND_BACK: list[Record] = [
    OrderRecord(external_id="1", updated_at=minute(5), who=who(0), lines=(Line(name="Lamppu"),)),
    OrderEventRecord(order_external_id="1", external_id="e", kind="paid", at=minute(2)),
    Deleted(kind="order", external_id="1", updated_at=minute(3)),
    OrderEventRecord(order_external_id="1", external_id="late", kind="shipped", at=minute(4)),
]


@settings(max_examples=20)
@given(data=st.data(), records=st.lists(RECORDS, min_size=1, max_size=12))
def test_any_order_and_repetition_ends_the_same(data: st.DataObject, records: list[Record]) -> None:
    told = data.draw(st.permutations(records)) + data.draw(st.lists(st.sampled_from(records), max_size=6))
    cut = data.draw(st.integers(0, len(told)))

    assert state_after([records]) == state_after([told[:cut], told[cut:]])


def test_one_that_is_gone_and_back_keeps_what_it_came_back_with() -> None:
    ways = [state_after([list(told)]) for told in itertools.permutations(GONE_AND_BACK)]
    one_by_one = state_after([[record] for record in GONE_AND_BACK])

    assert all(state == ways[0] for state in [*ways, one_by_one])
    assert [line[2] for line in ways[0]["lines"]] == ["Lamppu"]
    assert [event[1] for event in ways[0]["events"]] == ["late"]


def state_after(batches: list[list[Record]]) -> dict[str, Any]:
    """What is stored when a source has told these batches; nothing of it stays."""
    with transaction.atomic():
        source = Source.objects.create(
            brand=Brand.objects.create(name="Kauppa", slug="kauppa"), kind="api", name="Kauppa", sets_tier=True
        )
        for batch in batches:
            results = ingest.take(source, batch)
            assert [result for result in results if result.outcome == "refused"] == []
        again = ingest.take(source, batches[-1])
        assert {result.outcome for result in again} <= {"known"}
        found = {
            "orders": rows(
                Order, "external_id", "contact__name", "updated_at", "deleted_at", "status", "status_at", "total"
            ),
            "lines": rows(OrderLine, "order__external_id", "position", "name", "unit_price"),
            "events": rows(OrderEvent, "order__external_id", "external_id", "kind", "at"),
            "carts": rows(
                Cart, "external_id", "contact__name", "updated_at", "deleted_at", "state", "value", "order__external_id"
            ),
            "subscriptions": rows(Subscription, "external_id", "contact__name", "updated_at", "deleted_at", "name"),
            "customers": rows(Customer, "external_id", "name", "email", "tier", "contact__name", "contact__tier"),
        }
        transaction.set_rollback(True)
    return found


def rows(model: Any, *fields: str) -> list[tuple[Any, ...]]:
    return sorted(model.objects.order_by().values_list(*fields), key=repr)
