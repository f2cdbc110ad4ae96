"""By when a customer is answered, as honestly as it can be said: the one place that is asked."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, NamedTuple

from aspa.kit import clock
from aspa.service.hours import calendars
from aspa.service.receipts import measuring

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from aspa.core.conversations.models import Conversation
    from aspa.core.inboxes.models import Inbox

HOUR = dt.timedelta(hours=1)


class Expectation(NamedTuple):
    """`basis` is one of `next_step.SENTENCES`; `due` is empty when no moment can be told."""

    basis: str
    due: dt.datetime | None = None


def first_answer(conversation: Conversation, by_inbox: dict[int, Expectation]) -> Expectation:
    """By the service level that applies to the conversation, else as for any in its inbox.

    `by_inbox` keeps those of inboxes for the length of one batch.
    """
    if conversation.inbox_id not in by_inbox:
        by_inbox[conversation.inbox_id] = of_inbox(conversation.inbox)
    return by_inbox[conversation.inbox_id]


def of_inbox(inbox: Inbox) -> Expectation:
    """By how soon first answers have usually come there, else by its hours."""
    now, schedule = clock.now(), calendars.schedule_of(inbox)
    usual = measuring.usual(inbox)
    due = schedule.after(now, usual) if usual is not None else None
    if due is not None:
        return Expectation("measured", rounded(due, schedule.timezone))
    opens = schedule.opens_at(now)
    return Expectation("opens", opens) if opens is not None and opens > now else Expectation("soon")


def rounded(due: dt.datetime, timezone: ZoneInfo) -> dt.datetime:
    """Later, never sooner: to five minutes within the hour, to a quarter within the day, else to the full hour."""
    ahead = due - clock.now()
    minutes = 5 if ahead < HOUR else 15 if ahead < 8 * HOUR else 60
    local = due.astimezone(timezone)
    past = dt.timedelta(minutes=local.minute % minutes, seconds=local.second, microseconds=local.microsecond)
    return due + (dt.timedelta(minutes=minutes) - past if past else past)
