"""What comes round by itself."""

from __future__ import annotations

from aspa.kit.tasks import periodic, task
from aspa.service.deflection import settling


@periodic("37 * * * *")
@task(retries=0)
def settle_attempts() -> None:
    settling.settle()


@periodic("41 3 * * *")
@task(retries=0)
def forget_old_figures() -> None:
    settling.forget()
