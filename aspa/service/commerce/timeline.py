"""Orders, carts, subscriptions and bookings among a customer's moments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aspa.service.commerce import money
from aspa.service.commerce.models import Booking, Cart, Order, Status, Subscription
from aspa.service.timeline import sources

if TYPE_CHECKING:
    from collections.abc import Sequence

# As chips are coloured: done well, or ended otherwise than was meant.
TONES = {Status.DELIVERED: "ok", Status.CANCELLED: "late", Status.RETURNED: "late", Status.REFUNDED: "late"}


class Orders(sources.Source):
    key = "orders"
    name = gettext_lazy("Orders")
    icon = "package"
    model = Order

    def entries(self, asked: sources.Asked) -> Sequence[sources.Entry]:
        rows = Order.known().filter(contact=asked.contact)
        if asked.words:
            rows = rows.filter(asked.holding("number", "tracking_number", "status_text"))
        return [
            sources.Entry(
                at=order.placed_at,
                pk=order.pk,
                title=_("Order %(number)s") % {"number": order.number},
                url=order.admin_url or order.url,
                state=order.status_text or order.get_status_display(),
                tone=TONES.get(Status(order.status), ""),
                amount=money.shown(order.total, order.currency),
            )
            for order in asked.older(rows, at="placed_at")
        ]


class Carts(sources.Source):
    """At the moment of the last change: a cart that is still filled moves along with now."""

    key = "carts"
    name = gettext_lazy("Carts")
    icon = "shopping-cart"
    model = Cart

    def entries(self, asked: sources.Asked) -> Sequence[sources.Entry]:
        if asked.words:
            # What is in a cart is found by what was ordered of it.
            return []
        rows = Cart.known().filter(contact=asked.contact, item_count__gt=0)
        return [
            sources.Entry(
                at=cart.updated_at,
                pk=cart.pk,
                title=", ".join(str(item["name"]) for item in cart.items[:3]),
                state=cart.get_state_display(),
                tone="ok" if cart.state == Cart.State.ORDERED else "",
                amount=money.shown(cart.value, cart.currency),
            )
            for cart in asked.older(rows, at="updated_at")
        ]


class Subscriptions(sources.Source):
    key = "subscriptions"
    name = gettext_lazy("Subscriptions")
    icon = "rotate-ccw"
    model = Subscription

    def entries(self, asked: sources.Asked) -> Sequence[sources.Entry]:
        rows = Subscription.known().filter(contact=asked.contact)
        if asked.words:
            rows = rows.filter(asked.holding("name"))
        return [
            sources.Entry(
                at=one.started_at,
                pk=one.pk,
                title=one.name,
                url=one.url,
                state=one.get_state_display(),
                amount=money.shown(one.price, one.currency),
            )
            for one in asked.older(rows, at="started_at")
        ]


class Bookings(sources.Source):
    key = "bookings"
    name = gettext_lazy("Bookings")
    icon = "calendar"
    model = Booking

    def entries(self, asked: sources.Asked) -> Sequence[sources.Entry]:
        rows = Booking.known().filter(contact=asked.contact)
        if asked.words:
            rows = rows.filter(asked.holding("name", "place"))
        return [
            sources.Entry(
                at=one.starts_at, pk=one.pk, title=one.name, text=one.place, url=one.url, state=one.get_state_display()
            )
            for one in asked.older(rows, at="starts_at")
        ]
