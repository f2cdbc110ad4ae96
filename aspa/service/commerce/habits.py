"""What a customer's orders say of how they buy."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING

from django.db import connection

from aspa.service.commerce.models import Status

if TYPE_CHECKING:
    from aspa.core.people.models import Contact

# What was taken back isn't bought.
UNDONE = (Status.CANCELLED, Status.RETURNED, Status.REFUNDED)
# Favourites are those of late: so many of the newest orders are looked through.
LATE = 100
FAVOURITES = 3
# Bought in so many orders, at least, to be one.
OFTEN = 2
THEIRS = (
    "FROM commerce_order WHERE contact_id = %s AND placed_at IS NOT NULL AND updated_at IS NOT NULL"
    " AND status NOT IN (%s, %s, %s)"
)
# Plain SQL, as it is asked beside every conversation and Django takes longer to make it than the databases to answer.
BOUGHT = f"SELECT currency, count(*), sum(total), min(placed_at), max(placed_at) {THEIRS} GROUP BY currency"
AGAIN = f"""
    SELECT name, count(DISTINCT order_id) AS orders FROM commerce_orderline
    WHERE order_id IN (SELECT id {THEIRS} ORDER BY placed_at DESC, id DESC LIMIT %s)
    GROUP BY name HAVING count(DISTINCT order_id) >= %s ORDER BY orders DESC, name LIMIT %s"""  # noqa: S608


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
    with connection.cursor() as cursor:
        cursor.execute(BOUGHT, [contact.pk, *UNDONE])
        by_currency = cursor.fetchall()
        if not by_currency:
            return None
        cursor.execute(AGAIN, [contact.pk, *UNDONE, LATE, OFTEN, FAVOURITES])
        favourites = [Favourite(name, orders) for name, orders in cursor.fetchall()]
    first, last = (_moment(pick(row[place] for row in by_currency)) for pick, place in ((min, 3), (max, 4)))
    return Habits(
        orders=sum(row[1] for row in by_currency),
        totals=sorted(((int(row[2]), row[0]) for row in by_currency), reverse=True),
        first_at=first,
        last_at=last,
        favourites=favourites,
    )


def _moment(given: dt.datetime | str) -> dt.datetime:
    """SQLite keeps moments as text, in UTC."""
    return given if isinstance(given, dt.datetime) else dt.datetime.fromisoformat(given).replace(tzinfo=dt.UTC)
