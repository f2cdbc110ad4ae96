"""What came of attempts that are a day old: they become figures of their day, and go."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict

from django.db import transaction
from django.db.models import F

from aspa.kit import clock
from aspa.service.deflection import counting
from aspa.service.deflection.attempts import LASTS
from aspa.service.deflection.models import ArticleDay, Attempt, AttemptDay

BATCH = 500
# Figures of articles are kept so long; those of days stay.
KEPT = dt.timedelta(days=750)


def settle() -> int:
    """Count those that are over; returns how many they were."""
    settled = 0
    while more := _settle_some():
        settled += more
    return settled


def forget() -> None:
    ArticleDay.objects.filter(date__lt=clock.now().date() - KEPT).delete()


@transaction.atomic
def _settle_some() -> int:
    over = Attempt.objects.select_for_update(of=("self",)).filter(at__lte=clock.now() - LASTS).order_by("at")
    attempts = list(over.select_related("brand").defer("brand__identity_secret")[:BATCH])
    counts: defaultdict[tuple[int, dt.date, str], Counter[str]] = defaultdict(Counter)
    for attempt in attempts:
        counted = counts[attempt.brand_id, counting.local_day(attempt.brand, attempt.at), attempt.where]
        counted.update(["shown", attempt.outcome.value, *(["opened"] if attempt.opened else [])])
    for (brand, date, where), more in counts.items():
        day, _is_new = AttemptDay.objects.get_or_create(brand_id=brand, date=date, where=where)
        AttemptDay.objects.filter(pk=day.pk).update(**{name: F(name) + many for name, many in more.items()})
    Attempt.objects.filter(pk__in=[attempt.pk for attempt in attempts]).delete()
    return len(attempts)
