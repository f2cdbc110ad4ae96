"""What comes round by itself."""

from __future__ import annotations

from aspa.kit.tasks import periodic, task
from aspa.service.shops import connecting, forgetting, hooking
from aspa.service.shops.importing import importing


@periodic("17 * * * *")
@task(retries=0)
def throw_away_forgotten_files() -> None:
    importing.throw_away_forgotten()


@periodic("40 5 * * *")
@task(retries=0)
def check_connections() -> None:
    connecting.check_all()
    hooking.mend_all()


@periodic("50 3 * * *")
@task(retries=0)
def forget() -> None:
    forgetting.forget()
