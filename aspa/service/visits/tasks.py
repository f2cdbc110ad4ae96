"""What comes round by itself."""

from __future__ import annotations

from aspa.kit.tasks import periodic, task
from aspa.service.visits import landing


@periodic("23 * * * *")
@task(retries=0)
def forget_passers_by() -> None:
    landing.sweep()
