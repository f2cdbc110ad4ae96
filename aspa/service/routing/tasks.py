"""What runs soon after something changed, and comes round by itself."""

from __future__ import annotations

import datetime as dt

from aspa.kit.bus import bus
from aspa.kit.tasks import periodic, task
from aspa.service.routing import attending

# Told on the bus when queues, loads or rules have changed, so that open widgets learn of it at once.
CHANGED = "availability"


@task(retries=2, backoff=2)
def attend() -> None:
    _go_on(attending.attend())


@periodic("* * * * *")
@task(retries=0)
def sweep() -> None:
    """Nobody is forgotten when a wake-up is lost."""
    _go_on(attending.sweep())


def _go_on(again: list[dt.datetime]) -> None:
    for moment in sorted(set(again)):
        attend.enqueue_at(moment)
    bus.publish(CHANGED, {})
