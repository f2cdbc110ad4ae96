"""What receipts do by the clock."""

from __future__ import annotations

from aspa.kit.tasks import periodic, task
from aspa.service.receipts import enough


@periodic("17 * * * *")
@task(retries=0)
def forget_old_receipts() -> None:
    enough.sweep()
