"""What came of offering carts: counted by brand and day as the journal tells it."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.db.models import F

from aspa.core.conversations.models import Event
from aspa.service.carts.models import CartDay

if TYPE_CHECKING:
    from collections.abc import Collection

    from aspa.core.conversations.events import Entry, Stretch

Kind = Event.Kind
COUNTED: dict[str, str] = {Kind.CART_OFFERED: "offered", Kind.CART_RESUMED: "resumed", Kind.CART_BOUGHT: "bought"}


def count(stretch: Stretch) -> None:
    """Subscriber. Its counts are committed with its place, so they count once; from the beginning it counts anew."""
    if max(stretch.after) == 0:
        CartDay.objects.all().delete()
    events = stretch.of(*COUNTED)
    if not events:
        return
    places = _places(events)
    counts: defaultdict[tuple[int, dt.date, str], Counter[str]] = defaultdict(Counter)
    for event in events:
        counted = counts[(*places[event.pk], str(event.data.get("currency", "EUR")))]
        counted[COUNTED[event.kind]] += 1
        if event.kind == Kind.CART_BOUGHT:
            counted["value"] += int(event.data.get("value", 0))
    for (brand, date, currency), more in counts.items():
        day, _is_new = CartDay.objects.get_or_create(brand_id=brand, date=date, currency=currency)
        CartDay.objects.filter(pk=day.pk).update(**{name: F(name) + many for name, many in more.items()})


def _places(events: Collection[Entry]) -> dict[int, tuple[int, dt.date]]:
    """The brand of each event, and its local day."""
    told = Event.objects.filter(pk__in=[event.pk for event in events]).values_list(
        "pk", "inbox__brand", "inbox__brand__timezone", "created_at"
    )
    return {pk: (brand, at.astimezone(ZoneInfo(timezone)).date()) for pk, brand, timezone, at in told}
