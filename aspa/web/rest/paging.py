"""Long lists are read by keyset: the next page begins where the last one ended, whatever has come meanwhile."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Q

from aspa.service.commerce.models import Order


def older(orders: Any, before: str) -> Any:
    """The orders that are older than that place ("": all), newest first. Raises ValueError for what is no place."""
    if before:
        moment, _, pk = before.rpartition("_")
        at = dt.datetime.fromtimestamp(int(moment) / 1_000_000, dt.UTC)
        orders = orders.filter(Q(placed_at__lt=at) | Q(placed_at=at, pk__lt=int(pk)))
    return orders.order_by("-placed_at", "-pk")


def place(order: Order) -> str:
    assert order.placed_at is not None
    return f"{(order.placed_at - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)) // dt.timedelta(microseconds=1)}_{order.pk}"
