"""Carts, products, subscriptions, bookings and loyalty: of each the newest version, whole."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from aspa.service.commerce import customers, newest, rows
from aspa.service.commerce.carts import items_of
from aspa.service.commerce.models import Booking, Cart, Loyalty, Product, Source, Subscription, Told
from aspa.service.commerce.newest import Settled, Version
from aspa.service.commerce.orders import count_of
from aspa.service.commerce.records import (
    BookingRecord,
    CartRecord,
    Deleted,
    LoyaltyRecord,
    ProductRecord,
    SubscriptionRecord,
    Who,
)

Whose = Callable[[Who], int | None]


@dataclasses.dataclass(frozen=True, slots=True)
class Kind:
    """`word` is what `Deleted` calls it, `values` what a record makes of its row."""

    model: type[Told]
    record: type
    word: str
    values: Callable[[Any, Source, Whose], dict[str, Any]]


def settle(kind: Kind, source: Source, records: dict[int, Any], whose: Whose) -> Settled[Any]:
    """Lay these records, by their places in the batch, over what is stored, and store it."""
    versions = [
        Version(
            place,
            customers.key_of(record.who) if isinstance(record, LoyaltyRecord) else record.external_id,
            record.updated_at,
            newest.digest(record),
            None if isinstance(record, Deleted) else kind.values(record, source, whose),
        )
        for place, record in records.items()
    ]
    settled: Settled[Any] = newest.settle(kind.model, source, versions)
    rows.save(settled.changed)
    return settled


def _cart(record: CartRecord, source: Source, whose: Whose) -> dict[str, Any]:
    return {
        "contact_id": whose(record.who),
        "state": record.state,
        "told_state": record.state,
        "items": items_of(record.items),
        "item_count": count_of(record.items),
        "currency": record.currency or source.currency,
        "value": sum(line.amount for line in record.items) if record.value is None else record.value,
        "resume_url": record.resume_url,
        "order_id": None,
    }


def _product(record: ProductRecord, source: Source, whose: Whose) -> dict[str, Any]:
    return {
        "sku": record.sku,
        "name": record.name,
        "url": record.url,
        "image_url": record.image_url,
        "currency": record.currency or source.currency,
        "price": record.price,
        "categories": list(record.categories),
        "is_active": record.is_active,
    }


def _subscription(record: SubscriptionRecord, source: Source, whose: Whose) -> dict[str, Any]:
    return {
        "contact_id": whose(record.who),
        "name": record.name,
        "state": record.state,
        "currency": record.currency or source.currency,
        "price": record.price,
        "interval": record.interval,
        "started_at": record.started_at or record.updated_at,
        "next_at": record.next_at,
        "ends_at": record.ends_at,
        "url": record.url,
    }


def _booking(record: BookingRecord, source: Source, whose: Whose) -> dict[str, Any]:
    return {
        "contact_id": whose(record.who),
        "name": record.name,
        "state": record.state,
        "starts_at": record.starts_at,
        "ends_at": record.ends_at,
        "place": record.place,
        "url": record.url,
    }


def _loyalty(record: LoyaltyRecord, source: Source, whose: Whose) -> dict[str, Any]:
    return {
        "contact_id": whose(record.who),
        "tier": record.tier,
        "points": record.points,
        "expires_on": record.expires_on,
    }


KINDS = (
    Kind(Cart, CartRecord, "cart", _cart),
    Kind(Product, ProductRecord, "product", _product),
    Kind(Subscription, SubscriptionRecord, "subscription", _subscription),
    Kind(Booking, BookingRecord, "booking", _booking),
    Kind(Loyalty, LoyaltyRecord, "loyalty", _loyalty),
)
