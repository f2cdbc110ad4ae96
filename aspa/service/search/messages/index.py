"""The index in use: which generations there are, and how they are walked from the newest message to older ones."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.db import connection

from aspa.service.search.messages import on_postgresql, on_sqlite

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aspa.service.search.engine import Expression
    from aspa.service.search.messages.generation import Generation, Standing

# Of how many messages a first stretch is, and how many are taken of one at a time; at first fewer, mostly enough for a page.
FIRST_STRETCH, FEW, MOST = 1_000, 50, 200
# A stretch becomes so many times as long after one that was quickly read and had few, and as short after one that wasn't.
GROWTH, CAREFUL_GROWTH, LONGEST = 8, 2, 2**18
QUICK_SECONDS, SLOW_SECONDS = 0.012, 0.03


def generations() -> Sequence[Generation]:
    """The oldest first."""
    return on_sqlite.generations() if connection.vendor == "sqlite" else on_postgresql.generations()


def begin(number: int, standing: Standing) -> None:
    (on_sqlite if connection.vendor == "sqlite" else on_postgresql).begin(number, standing)


def current() -> tuple[Generation, Standing] | None:
    """The one to search: the newest that is whole, else the first that is being built; None without any."""
    standing = [(one, found) for one in generations() if (found := one.standing())]
    whole = [pair for pair in standing if pair[1].is_whole]
    return whole[-1] if whole else standing[0] if standing else None


def walk(
    generation: Generation, asked: Expression, *, low: int, high: int, until: float
) -> Iterator[tuple[list[int], int]]:
    """The messages from low up to and with high that have it, the newest first, in pieces; each with the number from
    which on all have been looked at.

    Ends after the piece during which `until` (of time.monotonic) passes, so that no question takes longer, however
    common its words. Raises Gone when the generation isn't there any more.
    """
    length, growth, most = FIRST_STRETCH, GROWTH, FEW
    while high >= low:
        start = max(low, high - length + 1)
        begun = time.monotonic()
        found = generation.find(asked, start, high, most)
        took = time.monotonic() - begun
        if found is None:
            # Somewhere in it they are many: from now on more carefully.
            length, growth = max(FIRST_STRETCH, length // GROWTH), CAREFUL_GROWTH
        else:
            if len(found) >= most:
                # There may be more of them in the same stretch.
                start = found[-1]
            elif took < QUICK_SECONDS and len(found) * growth <= MOST:
                length = min(length * growth, LONGEST)
            elif took > SLOW_SECONDS:
                length = max(FIRST_STRETCH, length // GROWTH)
            yield found, start
            high, most = start - 1, MOST
        if time.monotonic() > until:
            return
