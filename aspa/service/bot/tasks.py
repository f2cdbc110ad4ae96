"""What the bots do beside the answers to customers' messages, and what comes round by itself."""

from __future__ import annotations

import datetime as dt

from aspa.kit import clock
from aspa.kit.tasks import periodic, task

# The task that should have answered is lost or doesn't come through.
LATE = dt.timedelta(seconds=30)
AT_ONCE = 200


@task(retries=2, backoff=2)
def take_turn(conversation_id: int) -> None:
    from aspa.service.bot import talking  # it reads what is published, which takes a while to load

    talking.take_turn(conversation_id)


@periodic("* * * * *")
@task(retries=0)
def hand_over_late() -> None:
    from aspa.service.bot import handing_over
    from aspa.service.bot.models import Talk

    late = Talk.objects.filter(owed_since__lt=clock.now() - LATE).order_by("owed_since")
    for conversation_id in late.values_list("pk", flat=True)[:AT_ONCE]:
        handing_over.hand_over(conversation_id, cause="late")
