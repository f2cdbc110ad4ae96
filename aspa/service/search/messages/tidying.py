"""In the night after something was removed: nothing of it stays in the index, either."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from aspa.core.conversations.models import Message
from aspa.kit import clock
from aspa.kit.ids import ROW_IDS
from aspa.service.privacy.models import Erasure, Removal
from aspa.service.search.messages import index

if TYPE_CHECKING:
    from aspa.service.search.messages.generation import Generation

# Messages compared at once.
STRETCH = 20_000
SINCE = dt.timedelta(hours=26)


def tidy_if_removed() -> None:
    since = clock.now() - SINCE
    if Erasure.objects.filter(done_at__gte=since).exists() or Removal.objects.filter(at__gte=since).exists():
        for generation in index.generations():
            sweep(generation)
            generation.tidy()


def sweep(generation: Generation) -> int:
    """Take out what isn't there any more: what is removed by age leaves nothing in the journal. Returns how many."""
    newest = Message.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    count = 0
    for low in range(1, newest + STRETCH + 1, STRETCH):
        # The last stretch goes on to the end: the newest may be what was removed.
        high = low + STRETCH - 1 if low <= newest else ROW_IDS[-1]
        there = Message.objects.filter(pk__gte=low, pk__lte=high).values_list("pk", flat=True)
        gone = generation.missing(list(there), low, high)
        count += len(gone)
        while gone and (standing := generation.standing()):
            # Whoever follows the journal may have gone on meanwhile.
            if generation.write([], gone, was=standing, now=standing):
                break
    return count
