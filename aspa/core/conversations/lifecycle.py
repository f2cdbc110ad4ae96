"""How a conversation lives and ends. Only the customer ends it; an agent may ask, wait, snooze.

The exceptions, `set_aside` and merging, are reasoned and stay in the journal. The customer's silence closes only what
was announced to be closed by it.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from aspa.core.conversations import activities, events, turns, ways
from aspa.core.conversations.changing import Refused, changing
from aspa.core.conversations.models import Conversation, Event, Message
from aspa.core.inboxes.channel import channel_for
from aspa.kit import clock

if TYPE_CHECKING:
    from aspa.core.inboxes.models import Inbox
    from aspa.core.people.models import Agent

Status, ClosedHow = Conversation.Status, Conversation.ClosedHow
SET_ASIDE_AS = (ClosedHow.SPAM, ClosedHow.ABUSE, ClosedHow.DUPLICATE)
# What has not reached the customer yet, or never will, has told nothing.
NOT_THERE = (Message.State.QUEUED, Message.State.SENDING, Message.State.FAILED)


def ask_if_solved(conversation: Conversation, *, by: Agent) -> Conversation:
    """Ask the customer "did this solve it?". Raises Refused when closed, asked already or a question is unanswered."""
    with changing(conversation) as current:
        _must_be_live(current)
        if current.asked_solved:
            raise Refused(_("The customer has been asked already."), code="asked")
        if current.is_waiting_for_us:
            raise Refused(_("The customer is waiting for an answer. Answer first, then ask."), code="unanswered")
        current.solved_asked_at = current.last_activity_at = clock.now()
        current.status, current.snoozed_until = Status.WAITING, None
        current.save(update_fields=["solved_asked_at", "last_activity_at", "status", "snoozed_until"])
        activities.add(current, "ask_solved", agent=by, event=Event.Kind.SOLVED_ASKED)
        return current


def customer_says_not_solved(conversation: Conversation) -> Conversation:
    """The customer answers "no": it goes on, and it is our turn."""
    with changing(conversation) as current:
        if not current.asked_solved:
            return current
        current.solved_asked_at = None
        current.status = Status.OPEN
        current.waiting_since = current.last_activity_at = clock.now()
        current.save(update_fields=["solved_asked_at", "status", "waiting_since", "last_activity_at"])
        activities.add(current, "not_solved", by_contact=True, event=Event.Kind.NOT_SOLVED)
        return current


def customer_ends(conversation: Conversation) -> Conversation:
    """The customer ends it, by the button or by answering "yes". Ending an ended one changes nothing."""
    with changing(conversation) as current:
        if current.is_closed:
            return current
        _close(current, ClosedHow.CUSTOMER)
        activities.add(current, "ended_by_contact", by_contact=True, event=Event.Kind.ENDED, how=ClosedHow.CUSTOMER)
        return current


def reopen(conversation: Conversation, *, by: Agent | None = None) -> Conversation:
    """Open an ended conversation again, by an agent or (without `by`) by the customer.

    Raises Refused for a merged one, and for a customer whose conversation was set aside: they write anew instead.
    """
    with changing(conversation) as current:
        if current.closed_how == ClosedHow.MERGED:
            raise Refused(_("This was merged into another conversation. Take the merge back instead."), code="merged")
        if by is None and current.is_set_aside:
            raise Refused(_("This conversation can't be opened again. Write a new message."), code="set_aside")
        if current.is_closed:
            reopen_in_place(current, by=by)
            current.save()
        return current


def reopen_in_place(current: Conversation, *, by: Agent | None = None) -> None:
    """The change that reopening is, on a conversation that the caller has locked and will save."""
    current.status, current.closed_how, current.closed_reason, current.closed_at = Status.OPEN, "", "", None
    # What was set aside by mistake still waits for its answer.
    current.waiting_since = turns.waiting_since(current)
    current.last_activity_at = clock.now()
    activities.add(current, "reopened", agent=by, by_contact=by is None, event=Event.Kind.REOPENED)


def set_aside(conversation: Conversation, *, by: Agent, how: str, reason: str) -> Conversation:
    """End as spam, abuse or a duplicate. Raises Refused without a reason or for any other way of ending."""
    if how not in SET_ASIDE_AS:
        raise Refused(_("Only the customer ends a conversation."), code="not_yours")
    reason = reason.strip()[:300]
    if not reason:
        raise Refused(_("Write why. It stays in the log."), code="reason")
    with changing(conversation) as current:
        if current.is_closed:
            raise Refused(_("The conversation has ended already."), code="closed")
        _close(current, ClosedHow(how), reason)
        activities.add(current, "set_aside", agent=by, event=Event.Kind.SET_ASIDE, how=how, reason=reason)
        return current


def set_aside_in_place(current: Conversation, *, reason: str) -> None:
    """Taken for spam on its arrival, by a rule that `reason` names; on a conversation that the caller has locked."""
    _close(current, ClosedHow.SPAM, reason[:300])
    activities.add(current, "set_aside", event=Event.Kind.SET_ASIDE, how=ClosedHow.SPAM, reason=reason[:300])


def snooze(conversation: Conversation, *, by: Agent, until: dt.datetime) -> Conversation:
    """Out of sight until a time; a message from the customer brings it back at once. Raises Refused for a past time."""
    if until <= clock.now():
        raise Refused(_("Choose a time that is still ahead."), code="past")
    with changing(conversation) as current:
        _must_be_live(current)
        current.status, current.snoozed_until = Status.SNOOZED, until
        current.save(update_fields=["status", "snoozed_until"])
        activities.add(current, "snoozed", agent=by, event=Event.Kind.SNOOZED, until=until.isoformat())
        return current


def wake(conversation: Conversation, *, by: Agent | None = None) -> Conversation:
    """Bring a snoozed conversation back; one that isn't snoozed stays as it is."""
    with changing(conversation) as current:
        if current.status == Status.SNOOZED:
            _wake(current, by=by)
        return current


def _wake(current: Conversation, *, by: Agent | None = None) -> None:
    current.status, current.snoozed_until, current.last_activity_at = Status.OPEN, None, clock.now()
    current.save(update_fields=["status", "snoozed_until", "last_activity_at"])
    activities.add(current, "woken", agent=by, event=Event.Kind.WOKEN)


def wake_due(limit: int = 200) -> int:
    """Wake what has slept long enough, oldest first; returns how many. Run every minute."""
    due = Conversation.objects.filter(status=Status.SNOOZED, snoozed_until__lte=clock.now()).order_by("snoozed_until")
    return sum(_wake_if_due(conversation) for conversation in due[:limit])


def _wake_if_due(conversation: Conversation) -> bool:
    with changing(conversation) as current:
        # Somebody may have snoozed it anew since it was found.
        if current.snoozed_until is None or current.snoozed_until > clock.now():
            return False
        _wake(current)
        return True


def wait_for_customer(conversation: Conversation, *, by: Agent | None = None) -> Conversation:
    """Answered, and the next word is the customer's. Raises Refused while a question is unanswered."""
    with changing(conversation) as current:
        _must_be_live(current)
        if current.is_waiting_for_us:
            raise Refused(_("The customer is waiting for an answer. Answer first."), code="unanswered")
        if current.status != Status.WAITING:
            current.status, current.snoozed_until = Status.WAITING, None
            current.save(update_fields=["status", "snoozed_until"])
            events.record(current, Event.Kind.WAITING, agent=by)
        return current


def customer_thanks(conversation: Conversation, *, message: Message, still_ours: bool) -> Conversation:
    """The customer's newest message, this one, only thanked for our answer: no answer to it is owed.

    With `still_ours` (something is promised) the next step stays ours, else the customer is waited for. Nothing changes
    when something else has been written meanwhile.
    """
    with changing(conversation) as current:
        if current.is_closed or current.last_incoming_id != message.pk or not current.is_waiting_for_us:
            return current
        current.waiting_since = None
        if not still_ours:
            current.status = Status.WAITING
        current.save(update_fields=["waiting_since", "status"])
        kind = Event.Kind.ACTIVITY if still_ours else Event.Kind.WAITING
        activities.add(current, "thanked", by_contact=True, event=kind)
        return current


def remind(conversation: Conversation, *, closes_at: dt.datetime) -> Conversation:
    """Tell the customer that we are here, and when silence will close this.

    Raises Refused when it isn't the customer's turn, the customer can't be reached or knows it already.
    """
    with changing(conversation) as current:
        _must_wait_for_customer(current)
        if turns.announcement(current) is not None:
            raise Refused(_("The customer has been reminded already."), code="reminded")
        via = _for_who_is_gone(current)
        if not ways.can_carry(via):
            raise Refused(
                _("There is no way to reach this customer: set up an inbox for e-mail first."), code="unreachable"
            )
        activities.add(current, "reminded", event=Event.Kind.REMINDED, via=via, due=closes_at.isoformat())
        return current


def close_by_silence(conversation: Conversation) -> Conversation:
    """End what the customer hasn't answered, after the announced time.

    Raises Refused when it isn't the customer's turn, or the customer wasn't told in time that silence closes it.
    """
    with changing(conversation) as current:
        _must_wait_for_customer(current)
        told = turns.announcement(current)
        if told is None or told.state in NOT_THERE or dt.datetime.fromisoformat(told.data["due"]) > clock.now():
            raise Refused(_("The customer hasn't been told that silence closes this."), code="unannounced")
        _close(current, ClosedHow.SILENCE)
        activities.add(current, "closed_by_silence", event=Event.Kind.ENDED, via=told.inbox, how=ClosedHow.SILENCE)
        return current


def _for_who_is_gone(current: Conversation) -> Inbox:
    """By which way who is silent is reminded: the one by which we answered.

    Who is silent in a chat isn't looking at it any more: by letter, if an address is proven. One that was only told may
    be a stranger's.
    """
    answer = turns.last_answer(current)
    inbox = answer.inbox if answer else ways.latest(current)
    by_letter = ways.proven(current) if channel_for(inbox).capabilities.live else None
    return by_letter or inbox


def _must_wait_for_customer(conversation: Conversation) -> None:
    _must_be_live(conversation)
    if conversation.is_waiting_for_us or turns.unanswered_messages(conversation):
        raise Refused(_("The customer is waiting for an answer. Answer first."), code="unanswered")
    if conversation.status != Status.WAITING:
        raise Refused(_("It isn't the customer's turn."), code="not_waiting")


def _must_be_live(conversation: Conversation) -> None:
    if conversation.is_closed:
        raise Refused(_("The conversation has ended. Open it again first."), code="closed")


def _close(current: Conversation, how: Conversation.ClosedHow, reason: str = "") -> None:
    current.status, current.closed_how, current.closed_reason = Status.CLOSED, how, reason
    current.closed_at = current.last_activity_at = clock.now()
    current.waiting_since = current.solved_asked_at = current.snoozed_until = None
    current.save(
        update_fields=[
            "status", "closed_how", "closed_reason", "closed_at", "last_activity_at", "waiting_since",
            "solved_asked_at", "snoozed_until",
        ]
    )  # fmt: skip
