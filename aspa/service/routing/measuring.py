"""How long customers wait for the first answer, measured; from it what those who wait now can expect."""

from __future__ import annotations

import datetime as dt
import statistics
from collections import defaultdict
from collections.abc import Iterable

from aspa.kit import clock
from aspa.service.routing.models import Waited, Waiting

# The last waits of an inbox say how it goes now; fewer say nothing.
KEPT, FEWEST = 50, 5
# What is older tells nothing about today.
OLDEST = dt.timedelta(days=7)


def remember(entry: Waiting, answered_at: dt.datetime) -> None:
    """It was answered; the oldest measurement beyond `KEPT` goes."""
    seconds = max(0, round((answered_at - entry.entered_at).total_seconds()))
    Waited.objects.create(
        inbox_id=entry.inbox_id, entered_as=entry.entered_as, seconds=seconds, answered_at=answered_at
    )
    kept = Waited.objects.filter(inbox=entry.inbox_id).order_by("-pk").values_list("pk", flat=True)[:KEPT]
    Waited.objects.filter(inbox=entry.inbox_id, pk__lt=min(kept)).delete()


def paces(inboxes: Iterable[int]) -> dict[int, float]:
    """Seconds that a place in the queue took lately, by inbox; inboxes with few measurements are left out.

    The median: one customer who was forgotten over lunch doesn't frighten those of the afternoon.
    """
    lately = Waited.objects.filter(inbox__in=list(inboxes), answered_at__gte=clock.now() - OLDEST)
    by_inbox: defaultdict[int, list[float]] = defaultdict(list)
    for inbox, entered_as, seconds in lately.values_list("inbox", "entered_as", "seconds"):
        by_inbox[inbox].append(seconds / entered_as)
    return {inbox: statistics.median(found) for inbox, found in by_inbox.items() if len(found) >= FEWEST}


def expected(pace: float | None, position: int) -> int | None:
    """Seconds from now for who is at this position, in whole minutes, never 0; None when nothing is known."""
    return None if pace is None else max(1, round(pace * position / 60)) * 60
