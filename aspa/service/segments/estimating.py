"""How many a rule would mean, while it is still being written; and some of them to look at."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Max, Min

from aspa.core.people.models import Contact
from aspa.kit import clock
from aspa.service.segments.fields import fields
from aspa.service.segments.matching import everybody, matching

if TYPE_CHECKING:
    from aspa.service.segments.conditions import Group

# A brand with more customers than this isn't counted but estimated, from stretches of so many.
COUNTED = 20_000
STRETCHES, STRETCH = 20, 200
SHOWN = 10


class Estimate(NamedTuple):
    size: int
    is_exact: bool
    sample: list[Contact]


def estimate(brand: int, rule: Group) -> Estimate:
    """Exact where the brand's customers are few; else as large as the share in stretches from all of their time says."""
    found = matching(brand, rule, fields.of(brand), clock.now()).order_by("-pk")
    if everybody(brand)[: COUNTED + 1].count() <= COUNTED:
        return Estimate(found.count(), True, list(found[:SHOWN]))
    ends = Contact.objects.filter(brand=brand).aggregate(first=Min("pk"), last=Max("pk"))
    step = max(1, (ends["last"] - ends["first"]) // STRETCHES)
    looked_at, hits = 0, 0
    sample: list[Contact] = []
    for start in range(ends["first"], ends["last"], step):
        stretch = list(everybody(brand).filter(pk__gte=start).order_by("pk").values_list("pk", flat=True)[:STRETCH])
        theirs = list(found.filter(pk__in=stretch))
        looked_at, hits = looked_at + len(stretch), hits + len(theirs)
        sample += theirs[:1] if len(sample) < SHOWN else []
    total = Contact.objects.filter(brand=brand).count()
    return Estimate(round(total * hits / max(1, looked_at)), False, sample)
