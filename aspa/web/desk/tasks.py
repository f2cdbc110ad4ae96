"""What comes round by itself."""

from __future__ import annotations

from aspa.kit.tasks import periodic, task
from aspa.web.desk import nobody_there, on_duty


@periodic("* * * * *")
@task(retries=0)
def watch_staffing() -> None:
    nobody_there.watch()


@periodic("* * * * *")
@task(retries=0)
def watch_duty() -> None:
    on_duty.watch()
