"""What comes round by itself."""

from __future__ import annotations

from aspa.core.conversations import attachments, lifecycle
from aspa.kit.tasks import periodic, task


@periodic("* * * * *")
@task(retries=0)
def wake_the_snoozed() -> None:
    lifecycle.wake_due()


@periodic("23 * * * *")
@task(retries=0)
def sweep_unsent_files() -> None:
    attachments.sweep()
