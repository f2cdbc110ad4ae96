"""What comes round by itself."""

from __future__ import annotations

from aspa.kit.tasks import periodic, task
from aspa.service.carts import buying, landing


@periodic("* * * * *")
@task(retries=0)
def look_at_carts() -> None:
    buying.sweep()


@periodic("29 * * * *")
@task(retries=0)
def forget_waiting_carts() -> None:
    landing.sweep()
