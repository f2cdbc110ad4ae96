"""What comes round by itself, and what follows a new policy."""

from __future__ import annotations

from aspa.kit.tasks import periodic, task
from aspa.service.closing import sweeping, waiting


@periodic("* * * * *")
@task(retries=0)
def close_the_silent() -> None:
    sweeping.sweep()


@task(retries=5)
def replan(brand_id: int, after: int = 0) -> None:
    """A piece at a time, so that nobody waits long for a lock."""
    last = waiting.replan(brand_id, after=after)
    if last:
        replan.enqueue(brand_id=brand_id, after=last)
