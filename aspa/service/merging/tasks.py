"""What follows a merge by the clock."""

from __future__ import annotations

from aspa.kit.tasks import periodic, task
from aspa.service.merging import merging


@periodic("*/5 * * * *")
@task(retries=0)
def gather_what_came_late() -> None:
    merging.gather_late()
