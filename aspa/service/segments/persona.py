"""The persona of a segment: how large it is, why and how its customers write, how that ends, what they buy.

Of a large segment a sample is looked at, the same one as long as its members are.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import statistics
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from django.db.models import Count, Max, Min

from aspa.core.conversations.models import Conversation
from aspa.core.inboxes.channel import channels
from aspa.core.people.models import Contact
from aspa.kit import clock
from aspa.service.commerce import money
from aspa.service.commerce.models import Order
from aspa.service.segments.fields.buying import CAME_TO_NOTHING
from aspa.service.segments.fields.conversing import SET_ASIDE
from aspa.service.segments.models import Membership, Segment, SegmentDay
from aspa.service.segments.segments import few

if TYPE_CHECKING:
    from django.db.models import QuerySet

How = Conversation.ClosedHow

# How many members are looked at, in so many stretches; of what time; orders of what time, and at most how many.
MOST, STRETCHES = 2000, 20
DAYS, ORDER_DAYS, MOST_ORDERS = 90, 365, 5000


@dataclasses.dataclass(frozen=True, slots=True)
class Share:
    """`share` of all, 0 to 1; an empty `name`: nothing is known."""

    name: str
    count: int
    share: float


@dataclasses.dataclass(frozen=True, slots=True)
class Persona:
    """`looked_at` members of `size` were asked. `typical_order`: the median of a year, in words; empty without any."""

    size: int
    looked_at: int
    conversations: int
    reasons: list[Share]
    channels: list[Share]
    languages: list[Share]
    endings: list[Share]
    typical_order: str
    days: list[SegmentDay]


def persona(segment: Segment) -> Persona:
    """What its members have in common. Of a large segment so many are looked at, from all over it."""
    people = _looked_at(segment)
    since = clock.now() - dt.timedelta(days=DAYS)
    theirs = Conversation.objects.filter(contact__in=people, created_at__gte=since).exclude(closed_how__in=SET_ASIDE)
    ended = theirs.filter(closed_how__in=(How.CUSTOMER, How.SILENCE))
    names = {channel.key: str(channel.name) for channel in channels()}
    return Persona(
        size=segment.size or 0,
        looked_at=len(people),
        conversations=theirs.count(),
        reasons=_shares(theirs, "reason__name"),
        channels=_shares(theirs, "inbox__channel", names),
        languages=_shares(Contact.objects.filter(pk__in=people), "language"),
        endings=_shares(ended, "closed_how", {how.value: str(how.label) for how in How}),
        typical_order=_typical_order(people),
        days=list(SegmentDay.objects.filter(segment=segment).order_by("-date")[:DAYS])[::-1],
    )


def _looked_at(segment: Segment) -> list[int]:
    everybody = few(segment, MOST)
    if everybody is not None:
        return everybody
    members = Membership.objects.filter(edition=segment.current_id)
    ends = members.aggregate(first=Min("contact"), last=Max("contact"))
    found: set[int] = set()
    step = max(1, (ends["last"] - ends["first"]) // STRETCHES)
    for start in range(ends["first"], ends["last"], step):
        stretch = members.filter(contact__gte=start).order_by("contact").values_list("contact", flat=True)
        found.update(stretch[: MOST // STRETCHES])
    return sorted(found)


def _shares(
    rows: QuerySet[Conversation] | QuerySet[Contact], path: str, names: dict[str, str] | None = None
) -> list[Share]:
    """How the rows divide by what the path leads to, the largest part first."""
    counted: Sequence[tuple[str | None, int]] = list(
        rows.order_by().values(path).annotate(rows=Count("pk")).order_by("-rows", path).values_list(path, "rows")
    )
    total = sum(count for _name, count in counted)
    return [Share((names or {}).get(name or "", name or ""), count, count / total) for name, count in counted]


def _typical_order(people: Collection[int]) -> str:
    """In the currency of most of them."""
    since = clock.now() - dt.timedelta(days=ORDER_DAYS)
    orders = Order.known().filter(contact__in=people, deleted_at__isnull=True, placed_at__gte=since)
    orders = orders.exclude(status__in=CAME_TO_NOTHING).order_by("-placed_at").values_list("currency", "total")
    found = list(orders[:MOST_ORDERS])
    if not found:
        return ""
    currency = statistics.mode(one for one, _total in found)
    return money.shown(round(statistics.median(total for one, total in found if one == currency)), currency)
