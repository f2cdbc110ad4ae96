"""What a customer's orders say of how they buy."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from django.db.models import Count, Max, Min, Sum

from aspa.service.commerce.models import Order, OrderLine, Status

if TYPE_CHECKING:
    import datetime as dt

    from aspa.core.people.models import Contact

# What was taken back isn't bought.
UNDONE = (Status.CANCELLED, Status.RETURNED, Status.REFUNDED)
# Favourites are those of late: so many of the newest orders are looked through.
LATE = 100
FAVOURITES = 3
# Bought in so many orders, at least, to be one.
OFTEN = 2


@dataclasses.dataclass(frozen=True, slots=True)
class Favourite:
    """A product, and in how many of the newest orders it was."""

    name: str
    orders: int


@dataclasses.dataclass(frozen=True, slots=True)
class Habits:
    """`totals`: (amount in minor units, currency), the largest first. `average_days`: between orders, None with one."""

    orders: int
    totals: list[tuple[int, str]]
    first_at: dt.datetime
    last_at: dt.datetime
    favourites: list[Favourite]

    @property
    def average_days(self) -> float | None:
        if self.orders < 2:
            return None
        return (self.last_at - self.first_at).total_seconds() / 86_400 / (self.orders - 1)


def of(contact: Contact) -> Habits | None:
    """None for who has bought nothing. Two queries, by index."""
    bought = Order.known().filter(contact=contact, placed_at__isnull=False).exclude(status__in=UNDONE)
    by_currency = list(
        bought.order_by()
        .values("currency")
        .annotate(count=Count("pk"), sum=Sum("total"), first=Min("placed_at"), last=Max("placed_at"))
    )
    if not by_currency:
        return None
    totals = sorted(((each["sum"], each["currency"]) for each in by_currency), reverse=True)
    return Habits(
        orders=sum(each["count"] for each in by_currency),
        totals=totals,
        first_at=min(each["first"] for each in by_currency),
        last_at=max(each["last"] for each in by_currency),
        favourites=_favourites(bought.order_by("-placed_at", "-pk").values_list("pk", flat=True)[:LATE]),
    )


def _favourites(orders: object) -> list[Favourite]:
    lines = OrderLine.objects.filter(order__in=orders).order_by().values("name")
    counted = lines.annotate(orders=Count("order", distinct=True)).filter(orders__gte=OFTEN).order_by("-orders", "name")
    return [Favourite(each["name"], each["orders"]) for each in counted[:FAVOURITES]]
