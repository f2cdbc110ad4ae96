"""Too many calls for one person in an hour are told as a number, in one alert."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from aspa.kit import clock
from aspa.service.duty.models import Ring

if TYPE_CHECKING:
    from collections.abc import Iterable

# Some minutes for those that come together, then one alert an hour.
GATHERED_FOR = dt.timedelta(minutes=5)
PAUSE = dt.timedelta(hours=1)


def untold() -> dict[int, list[Ring]]:
    """By agent, what is to be told as a number now."""
    waiting: dict[int, list[Ring]] = {}
    for ring in Ring.objects.filter(is_counted=True, told_at=None, call__settled_at=None).order_by("made_at"):
        waiting.setdefault(ring.agent_id, []).append(ring)
    return {agent: rings for agent, rings in waiting.items() if _is_due(agent, rings)}


def _is_due(agent_id: int, waiting: list[Ring]) -> bool:
    now = clock.now()
    if waiting[0].made_at > now - GATHERED_FOR:
        return False
    return not Ring.objects.filter(agent=agent_id, is_counted=True, told_at__gt=now - PAUSE).exists()


def told(ring_ids: Iterable[int]) -> None:
    """They have been told of."""
    Ring.objects.filter(pk__in=list(ring_ids)).update(told_at=clock.now())
