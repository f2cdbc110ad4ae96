"""What became of carts: an order took them, or they were left behind."""

from __future__ import annotations

import datetime as dt
import logging
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef

from aspa.core.conversations import activities
from aspa.core.conversations.changing import changing
from aspa.core.conversations.models import Event
from aspa.core.inboxes.models import Brand
from aspa.core.people import changes
from aspa.kit import clock
from aspa.service.carts import policies, telling
from aspa.service.carts.models import CartOffer
from aspa.service.commerce import carts as commerce_carts
from aspa.service.commerce.models import Cart, Order, Status

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

logger = logging.getLogger(__name__)

# What an order that came to nothing says.
UNDONE = (Status.CANCELLED,)
# The shop's clock isn't ours.
SLACK = dt.timedelta(minutes=5)
MOST_ORDERS = 20


def order_with(cart: Cart) -> Order | None:
    """The contact's order in which this cart was bought, if there is one since its last change.

    It names the cart, or every product of the cart is in it; more may be.
    """
    if cart.contact_id is None or cart.updated_at is None:
        return None
    return _first_with(cart, cart.items, cart.updated_at)


def is_awaited(contact_ids: Collection[int]) -> bool:
    """Whether an order of one of these could be the result of an offer."""
    return CartOffer.objects.filter(open_until__isnull=False, contact__in=contact_ids).exists()


def sweep(limit: int = 500) -> None:
    """Look what has been bought, and what has been left behind. Run every minute."""
    look_at_offers(limit)
    for brand in Brand.objects.order_by("pk"):
        _look_at_open_carts(brand, limit)


def look_at_offers(limit: int = 500) -> None:
    """Note which offers have had their result. Run with the sweep, and as soon as somebody has ordered."""
    now = clock.now()
    waiting = CartOffer.objects.filter(open_until__isnull=False).order_by("open_until")
    newer = Order.known().filter(contact=OuterRef("contact"), placed_at__gte=OuterRef("offered_at") - SLACK)
    for offer in waiting.filter(Exists(newer)).select_related("cart__source", "conversation")[:limit]:
        try:
            _look_at(offer)
        except Exception:  # one offer must not hold up the others
            logger.exception("The result of offer %s could not be found", offer.pk)
    CartOffer.objects.filter(open_until__isnull=False, open_until__lt=now).update(open_until=None)


def _look_at(offer: CartOffer) -> None:
    order = _first_with(offer.cart, offer.items, offer.offered_at)
    if order is None:
        return
    with changing(offer.conversation) as current:
        mine = CartOffer.objects.filter(pk=offer.pk, bought_at=None, open_until__gte=F("offered_at"))
        if not mine.update(bought_at=order.placed_at, order=order, open_until=None):
            return
        activities.add(
            current, "cart_bought", event=Event.Kind.CART_BOUGHT,
            number=order.number, offer=offer.pk, value=order.total, currency=order.currency or offer.currency,
        )  # fmt: skip
        changes.touch([offer.contact_id])
    _is_ordered(offer.cart)


def _look_at_open_carts(brand: Brand, limit: int) -> None:
    left = clock.now() - dt.timedelta(minutes=policies.policy_of(brand).left_minutes)
    still = Cart.objects.filter(state=Cart.State.OPEN, updated_at__lte=left, source__brand=brand)
    for cart in still.select_related("source").order_by("updated_at")[:limit]:
        if order_with(cart) is not None:
            _is_ordered(cart)
        else:
            commerce_carts.abandon(cart)


@transaction.atomic
def _is_ordered(cart: Cart) -> None:
    """The shop didn't say it, as with a cart that only its pages have told of."""
    was_open = Cart.objects.filter(pk=cart.pk).exclude(state=Cart.State.ORDERED).update(state=Cart.State.ORDERED)
    if was_open and cart.contact_id is not None:
        changes.touch([cart.contact_id])


def _first_with(cart: Cart, items: Iterable[dict[str, Any]], since: dt.datetime) -> Order | None:
    later = Order.known().filter(contact=cart.contact_id, placed_at__gte=since - SLACK).exclude(status__in=UNDONE)
    named = telling.shops_id(cart)
    for order in later.prefetch_related("lines").order_by("placed_at", "pk")[:MOST_ORDERS]:
        if order.cart_external_id and order.cart_external_id in (named, cart.external_id):
            return order
        if _holds(order, items):
            return order
    return None


def _holds(order: Order, items: Iterable[dict[str, Any]]) -> bool:
    """Whether all of these products are in the order, recognised by id, SKU or, without both, by name."""
    bought = list(order.lines.all())
    ids, skus = {line.product_external_id for line in bought} - {""}, {line.sku for line in bought} - {""}
    names = {line.name.casefold() for line in bought}
    return all(
        item.get("product_external_id") in ids or item.get("sku") in skus or item["name"].casefold() in names
        for item in items
    )
