"""What a policy means, as one customer would see it: who writes on Friday at three is answered by when."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, NamedTuple

from aspa.core.inboxes.models import Inbox
from aspa.kit import clock
from aspa.service.hours import calendars

if TYPE_CHECKING:
    from aspa.service.hours.schedule import Schedule
    from aspa.service.sla.models import Policy

FRIDAY, AFTERNOON = 4, dt.time(15)


class Example(NamedTuple):
    """Both by the wall clock of the inbox. `answered`: None when it isn't open in the next year."""

    inbox: Inbox
    written: dt.datetime
    answered: dt.datetime | None


def example(policy: Policy) -> Example | None:
    """For the first inbox that the policy is for; None without a target for the first reply, or without an inbox."""
    inboxes = Inbox.objects.filter(is_active=True).select_related("brand").defer("settings", "brand__identity_secret")
    chosen = inboxes.filter(pk__in=policy.inboxes) if policy.inboxes else inboxes
    inbox = chosen.order_by("pk").first()
    if inbox is None or policy.first_reply is None:
        return None
    schedule = calendars.schedule_of(inbox)
    written = _next_friday(schedule)
    answered = schedule.after(written, dt.timedelta(minutes=policy.first_reply))
    return Example(inbox, written, answered.astimezone(schedule.timezone) if answered else None)


def _next_friday(schedule: Schedule) -> dt.datetime:
    today = clock.now().astimezone(schedule.timezone).date()
    friday = today + dt.timedelta(days=(FRIDAY - today.weekday()) % 7)
    return dt.datetime.combine(friday, AFTERNOON, schedule.timezone)
