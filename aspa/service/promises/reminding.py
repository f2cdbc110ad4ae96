"""When a promise without a time is due, and when its owner is reminded of it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from aspa.service.hours import calendars
from aspa.service.promises.moments import LAST, Reckoning

if TYPE_CHECKING:
    from aspa.core.conversations.models import Conversation
    from aspa.service.hours.schedule import Schedule

# Time of work, not of the clock.
PROPOSED = dt.timedelta(hours=4)
BEFORE = dt.timedelta(minutes=30)
QUARTER = dt.timedelta(minutes=15)
MORNING = dt.time(9)
LOOKED_BACK = dt.timedelta(days=14)


def schedule_for(conversation: Conversation) -> Schedule:
    return calendars.schedule_of(conversation.inbox)


def proposed(now: dt.datetime, schedule: Schedule) -> dt.datetime:
    """By when something is done that was promised without a time: within half a day's work, at a full quarter."""
    moment = schedule.after(now, PROPOSED) or now + PROPOSED
    past = dt.timedelta(minutes=moment.minute % 15, seconds=moment.second, microseconds=moment.microsecond)
    return moment - past + (QUARTER if past else dt.timedelta())


def warning_at(due: dt.datetime, now: dt.datetime, schedule: Schedule) -> dt.datetime:
    """Half an hour of work before it; in the morning of what is due by the end of a day; halfway when that is over."""
    moment = _before(due, schedule)
    local = due.astimezone(schedule.timezone)
    if local.time().replace(second=0) in (Reckoning(local, schedule).closing(local.date()), LAST):
        morning = dt.datetime.combine(local.date(), MORNING, schedule.timezone)
        moment = min((one for one in (morning, moment) if one > now), default=moment)
    return moment if moment > now else now + (due - now) / 2


def _before(due: dt.datetime, schedule: Schedule) -> dt.datetime:
    left = BEFORE
    for span in reversed(list(schedule.spans(due - LOOKED_BACK, until=due))):
        end = min(span.end, due)
        if span.start < end:
            if end - span.start >= left:
                return end - left
            left -= end - span.start
    return due - BEFORE
