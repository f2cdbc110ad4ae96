"""What comes round by itself."""

from __future__ import annotations

from aspa.kit.tasks import periodic, task
from aspa.service.promises import following, watching


@periodic("* * * * *")
@task(retries=0)
def watch_promises() -> None:
    watching.watch()


@periodic("41 3 * * *")
@task(retries=0)
def drop_abandoned_promises() -> None:
    following.drop_abandoned()
