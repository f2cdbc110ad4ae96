"""What comes round by itself, and what a change of policies sets off."""

from __future__ import annotations

from django.db import transaction

from aspa.core.conversations.models import Conversation
from aspa.kit.tasks import periodic, task
from aspa.service.hours import calendars
from aspa.service.sla import following, watching

AT_ONCE = 50
Status = Conversation.Status


@periodic("* * * * *")
@task(retries=0)
def watch_targets() -> None:
    watching.watch()


@task(retries=3)
def reckon_anew() -> None:
    """Reckon the countdowns of what hasn't ended by the policies and hours as they are now, some at a time."""
    # Remembered for some seconds, and this may run within them.
    calendars.forget()
    # In so many words, and not as "all but the ended": these are read from an index.
    going_on = Conversation.objects.filter(status__in=(Status.OPEN, Status.WAITING, Status.SNOOZED))
    ids = list(going_on.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(ids), AT_ONCE):
        with transaction.atomic():
            following.advance(ids[start : start + AT_ONCE])
