"""What came of offering carts, brand by brand: read from the counters alone."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Sum

from aspa.core.inboxes.models import Brand
from aspa.kit import clock
from aspa.service.carts.models import CartDay
from aspa.service.commerce import money

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

MONTHS = 12
COUNTS = ("offered", "resumed", "bought")


@dataclasses.dataclass(frozen=True, slots=True)
class Line:
    """Of one brand in one month and currency; `value` of the orders, in minor units."""

    brand: Brand | None
    currency: str
    offered: int
    resumed: int
    bought: int
    value: int

    @property
    def share(self) -> float | None:
        """Bought, of those that were offered, 0 to 1; None without any. Those of last month may be bought in this one."""
        return min(1.0, self.bought / self.offered) if self.offered else None

    @property
    def amount(self) -> str:
        return money.shown(self.value, self.currency)


class Month(NamedTuple):
    first: dt.date
    lines: list[Line]


def months() -> list[Month]:
    """The last twelve months that have something to tell, the newest first."""
    brands = Brand.objects.defer("identity_secret").in_bulk()
    sums = {f"all_{name}": Sum(name) for name in (*COUNTS, "value")}
    counted = _days().values("date__year", "date__month", "brand", "currency").annotate(**sums)
    found: dict[dt.date, list[Line]] = {}
    for row in counted.order_by("-date__year", "-date__month", "brand__name", "currency"):
        counts = [row[f"all_{name}"] for name in (*COUNTS, "value")]
        line = Line(brands.get(row["brand"]), row["currency"], *counts)
        found.setdefault(dt.date(row["date__year"], row["date__month"], 1), []).append(line)
    return [Month(first, lines) for first, lines in found.items()]


def days() -> Iterable[CartDay]:
    """Every counted day of them, for a spreadsheet."""
    return _days().select_related("brand").defer("brand__identity_secret").order_by("date", "brand__name", "currency")


def _days() -> QuerySet[CartDay]:
    today = clock.now().date()
    count = today.year * 12 + today.month - MONTHS
    return CartDay.objects.filter(date__gte=dt.date(count // 12, count % 12 + 1, 1))
