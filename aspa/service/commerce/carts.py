"""Carts: left behind, or ordered as soon as an order says that it came of one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from aspa.core.people import changes
from aspa.service.commerce.models import Cart, Order, Source
from aspa.service.commerce.records import Line


def abandon(cart: Cart) -> bool:
    """Say that nobody goes on with the cart; whether it was open. A newer word of the shop opens it again."""
    with transaction.atomic():
        left = Cart.objects.filter(pk=cart.pk, state=Cart.State.OPEN, updated_at=cart.updated_at).update(
            state=Cart.State.ABANDONED
        )
        if left and cart.contact_id is not None:
            changes.touch([cart.contact_id])
    return bool(left)


def tie(source: Source, external_ids: Iterable[str]) -> None:
    """Bring these carts and the orders that came of them together, whichever of the two was first."""
    wanted = sorted(set(external_ids) - {""})
    if not wanted:
        return
    orders: dict[str, int] = {}
    said = Order.known().filter(source_id=source.pk, cart_external_id__in=wanted).order_by("placed_at", "external_id")
    for order_id, cart in said.values_list("pk", "cart_external_id"):
        orders.setdefault(cart, order_id)
    for cart in Cart.known().filter(source_id=source.pk, external_id__in=wanted):
        order_id = orders.get(cart.external_id)
        if order_id is not None:
            _set(cart, order_id, Cart.State.ORDERED)
        elif cart.order_id is not None:
            _set(cart, None, cart.told_state)


def items_of(lines: Iterable[Line]) -> list[dict[str, Any]]:
    """The lines as a cart keeps them; a quantity that is whole as a whole number."""
    return [
        {
            "product_external_id": line.product_external_id,
            "sku": line.sku,
            "name": line.name,
            "quantity": int(line.quantity) if line.quantity == int(line.quantity) else float(line.quantity),
            "unit_price": line.unit_price,
            "total": line.amount,
            "url": line.url,
            "image_url": line.image_url,
        }
        for line in lines
    ]


def _set(cart: Cart, order_id: int | None, state: str) -> None:
    if (cart.order_id, cart.state) != (order_id, state):
        Cart.objects.filter(pk=cart.pk).update(order_id=order_id, state=state)
