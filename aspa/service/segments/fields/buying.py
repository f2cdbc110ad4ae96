"""What the brand's shops have told: orders, what was bought, carts, subscriptions, loyalty."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from aspa.service.commerce.models import Cart, Loyalty, Order, Source, Status, Subscription
from aspa.service.commerce.money import minor
from aspa.service.segments.fields.kinds import Fact, Field, Last, Several, Tally

GROUP = _("Shop")
CAME_TO_NOTHING = (Status.CANCELLED, Status.RETURNED, Status.REFUNDED)


def fields(brand: int) -> Iterator[Field]:
    """Nothing where the brand has no shop connected."""
    currency = Source.objects.filter(brand=brand).order_by("pk").values_list("currency", flat=True).first()
    if currency is None:
        return
    orders = Order.known().filter(source__brand=brand, deleted_at__isnull=True)
    bought = orders.exclude(status__in=CAME_TO_NOTHING)
    yield Tally(key="orders", name=_("Orders"), group=GROUP, rows=bought)
    # Sums of different currencies are no sum.
    yield Tally(
        key="orders_total",
        name=_("Orders together (%(currency)s)") % {"currency": currency} if currency else _("Orders together"),
        group=GROUP,
        rows=bought.filter(currency=currency),
        column="total",
        minor=minor("1", currency),
    )
    yield Last(key="last_order", name=_("Last order"), group=GROUP, rows=bought, at="placed_at")
    yield Several(
        key="order_status",
        name=_("Status of an order"),
        group=GROUP,
        rows=orders,
        path="status",
        choices=tuple(Status.choices),
    )
    yield Several(
        key="bought", name=_("Has bought (product’s name)"), group=GROUP, rows=bought, path="lines__name__icontains"
    )
    yield Several(
        key="bought_sku", name=_("Has bought (product’s code)"), group=GROUP, rows=bought, path="lines__sku__iexact"
    )
    carts = Cart.known().filter(source__brand=brand, deleted_at__isnull=True)
    abandoned = carts.filter(state=Cart.State.ABANDONED)
    yield Fact(key="abandoned_cart", name=_("Has left a cart behind"), group=GROUP, rows=abandoned)
    yield Tally(
        key="abandoned_value",
        name=_("Value of carts left behind"),
        group=GROUP,
        rows=abandoned.filter(currency=currency),
        column="value",
        minor=minor("1", currency),
    )
    subscribed = Subscription.known().filter(source__brand=brand, deleted_at__isnull=True)
    yield Fact(
        key="subscription",
        name=_("Has a subscription"),
        group=GROUP,
        rows=subscribed.filter(state=Subscription.State.ACTIVE),
    )
    loyalty = Loyalty.known().filter(source__brand=brand, deleted_at__isnull=True)
    yield Several(key="loyalty", name=_("Loyalty tier"), group=GROUP, rows=loyalty, path="tier__iexact")
    yield Tally(key="points", name=_("Loyalty points"), group=GROUP, rows=loyalty, column="points")
