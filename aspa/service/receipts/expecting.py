"""By when a customer is answered, as honestly as it can be said: the one place that is asked."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, NamedTuple

from aspa.core.conversations.rows import by_id
from aspa.core.people.models import Contact
from aspa.kit import clock
from aspa.service.hours import calendars
from aspa.service.receipts import measuring
from aspa.service.sla import answering
from aspa.service.sla.models import Kind, Policy
from aspa.service.sla.policies import Matter, first_fitting

if TYPE_CHECKING:
    from collections.abc import Sequence
    from zoneinfo import ZoneInfo

    from aspa.core.conversations.models import Conversation
    from aspa.core.inboxes.models import Inbox

HOUR = dt.timedelta(hours=1)


class Expectation(NamedTuple):
    """`basis` is one of `next_step.SENTENCES`, or empty when there is nothing to wait for; `due` where there is one."""

    basis: str
    due: dt.datetime | None = None


def first_answers(conversations: Sequence[Conversation]) -> list[Expectation]:
    """For conversations that have just begun, with their inboxes and brands; what they share is read once."""
    policies = list(Policy.objects.filter(is_active=True))
    if policies:
        contacts = by_id(Contact, {conversation.contact_id for conversation in conversations})
        for conversation in conversations:
            conversation.contact = contacts[conversation.contact_id]
    usual = {one.inbox_id: one.inbox for one in conversations}
    expected = {pk: _usual(inbox) for pk, inbox in usual.items()}
    return [
        _answer(one, first_fitting(policies, Matter.of(one)) if policies else None, expected[one.inbox_id])
        for one in conversations
    ]


def next_answer(conversation: Conversation) -> Expectation:
    """For the answer that the customer waits for now, be it the first or a later one."""
    due = answering.reply_due(conversation)
    if due is not None and due > clock.now():
        return Expectation("target", rounded(due, calendars.timezone_of(conversation.brand)))
    return _by_hours(conversation.inbox)


def rounded(due: dt.datetime, timezone: ZoneInfo) -> dt.datetime:
    """Later, never sooner: to five minutes within the hour, to a quarter within the day, else to the full hour."""
    ahead = due - clock.now()
    minutes = 5 if ahead < HOUR else 15 if ahead < 8 * HOUR else 60
    local = due.astimezone(timezone)
    past = dt.timedelta(minutes=local.minute % minutes, seconds=local.second, microseconds=local.microsecond)
    return due + (dt.timedelta(minutes=minutes) - past if past else past)


def _answer(conversation: Conversation, policy: Policy | None, usual: Expectation) -> Expectation:
    """By the service level that applies, else as in any conversation of the inbox."""
    asked = conversation.waiting_since
    if asked is None:
        return Expectation("")
    target = policy.target(Kind.FIRST_REPLY) if policy else None
    schedule = calendars.schedule_of(conversation.inbox)
    due = schedule.after(asked, target) if target is not None else None
    if due is None or due <= clock.now():
        return usual
    return Expectation("target", rounded(due, schedule.timezone))


def _usual(inbox: Inbox) -> Expectation:
    """By how soon first answers have come there, else by its hours."""
    schedule, usual = calendars.schedule_of(inbox), measuring.usual(inbox)
    due = schedule.after(clock.now(), usual) if usual is not None else None
    return _by_hours(inbox) if due is None else Expectation("measured", rounded(due, schedule.timezone))


def _by_hours(inbox: Inbox) -> Expectation:
    now = clock.now()
    opens = calendars.schedule_of(inbox).opens_at(now)
    return Expectation("opens", opens) if opens is not None and opens > now else Expectation("soon")
