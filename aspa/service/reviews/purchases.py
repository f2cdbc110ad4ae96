"""What proves that somebody bought a product: an order that the shop told of, and that is theirs.

Whose an order is, `service/commerce` decides by what is proven alone; an address that somebody merely claims leads to no
order.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from django.db.models import Q

from aspa.core.inboxes import letters
from aspa.service.commerce.models import Customer, Order, OrderLine, Status
from aspa.service.commerce.models import Product as ToldProduct
from aspa.service.reviews import products

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.db.models import QuerySet

    from aspa.core.people.models import Contact

# Placed is not bought yet: else whoever means ill would order, write and let it lapse.
BOUGHT = (Status.PAID, Status.PACKED, Status.SHIPPED, Status.DELIVERED, Status.RETURNED, Status.REFUNDED)
MOST_LINES = 60


@dataclasses.dataclass(frozen=True, slots=True)
class Bought:
    """A product in an order."""

    sku: str
    name: str
    image_url: str
    order: Order


def proof(contact: Contact, sku: str) -> Order | None:
    """The newest order with which the contact bought the product."""
    if not products.is_code(sku):
        return None
    ids = products.ids_in_shops(contact.brand_id, sku)
    lines = OrderLine.objects.filter(Q(sku=sku) | Q(product_external_id__in=ids))
    return _orders(contact).filter(pk__in=lines.filter(order__contact=contact).values("order")).first()


def of(contact: Contact) -> Sequence[Bought]:
    """What the contact has bought lately, each product once, the newest first."""
    orders = list(_orders(contact)[:20])
    lines = OrderLine.objects.filter(order__in=orders).order_by("order", "position")
    by_order: dict[int, list[OrderLine]] = {}
    for line in lines[:MOST_LINES]:
        by_order.setdefault(line.order_id, []).append(line)
    return _once(contact.brand_id, [(order, line) for order in orders for line in by_order.get(order.pk, ())])


def in_order(order: Order) -> Sequence[Bought]:
    """The products of one order, each once."""
    lines = order.lines.all()[:MOST_LINES]
    return _once(order.source.brand_id, [(order, line) for line in lines])


def address_of(contact: Contact, order: Order | None) -> str:
    """Where letters about it go: where the shop of the order writes to the customer, or to an address that they have
    proven; empty when we know none.
    """
    if order is not None:
        known = Customer.objects.filter(source=order.source_id, contact=contact).exclude(email="")
        told = known.order_by("-told_at", "-pk").values_list("email", flat=True).first()
        if told:
            return told
    return letters.addresses([contact.pk]).get(contact.pk, "")


def _orders(contact: Contact) -> QuerySet[Order]:
    mine = Order.known().filter(contact=contact, source__brand=contact.brand_id, status__in=BOUGHT)
    return mine.order_by("-placed_at", "-pk")


def _once(brand_id: int, found: Iterable[tuple[Order, OrderLine]]) -> Sequence[Bought]:
    pairs = list(found)
    ids = {line.product_external_id for _order, line in pairs if line.product_external_id}
    told = {
        product.external_id: product
        for product in ToldProduct.known().filter(source__brand=brand_id, external_id__in=ids)
    }
    once: dict[str, Bought] = {}
    for order, line in pairs:
        product = told.get(line.product_external_id)
        sku = products.code(product) if product else line.sku or line.product_external_id
        if sku and sku not in once:
            image = product.image_url if product and product.image_url else line.image_url
            once[sku] = Bought(sku, product.name if product else line.name, image, order)
    return list(once.values())
