"""Long lists are read by keyset: the next page begins where the last one ended, whatever has come meanwhile."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Q

from aspa.kit.ids import row_id
from aspa.service.commerce.models import Order

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
LATEST = (dt.datetime(9999, 1, 1, tzinfo=dt.UTC) - EPOCH) // dt.timedelta(microseconds=1)


def older(orders: Any, before: str) -> Any:
    """The orders that are older than that place ("": all), newest first. Raises ValueError for what is no place."""
    if before:
        moment, _, pk = (row_id(part) if part != "_" else None for part in before.partition("_"))
        if moment is None or pk is None or moment > LATEST:
            raise ValueError("That is no place.")
        at = EPOCH + dt.timedelta(microseconds=moment)
        orders = orders.filter(Q(placed_at__lt=at) | Q(placed_at=at, pk__lt=pk))
    return orders.order_by("-placed_at", "-pk")


def place(order: Order) -> str:
    assert order.placed_at is not None
    return f"{(order.placed_at - EPOCH) // dt.timedelta(microseconds=1)}_{order.pk}"
