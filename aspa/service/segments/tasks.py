"""What runs soon after something changed, and comes round by itself."""

from __future__ import annotations

import time

from aspa.kit.tasks import periodic, task
from aspa.service.segments import building, measuring, renewing, sweeping

# Then other tasks have their turn.
ENOUGH = 10.0  # seconds


@periodic("* * * * *")
@task(retries=0)
def keep_up() -> None:
    """Look anew at whoever has changed, and go on with what is being built."""
    until = time.monotonic() + ENOUGH
    while renewing.drain() or building.build_some():
        if time.monotonic() > until:
            keep_up.enqueue()
            break


@periodic("*/10 * * * *")
@task(retries=0)
def sweep_segments() -> None:
    sweeping.sweep()


@periodic("52 23 * * *")
@task(retries=0)
def measure_segments() -> None:
    measuring.measure()
