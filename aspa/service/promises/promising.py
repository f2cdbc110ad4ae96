"""The verbs of a promise: made with a reply, kept, moved, withdrawn, handed over, broken by the clock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from django.http import Http404
from django.utils.translation import gettext as _

from aspa.core.conversations import access, activities, events
from aspa.core.conversations.changing import Refused, changing
from aspa.core.conversations.models import Conversation, Event, Message
from aspa.core.people.models import Role
from aspa.kit import clock
from aspa.service.promises.models import LIVE, Promise
from aspa.service.promises.moments import FURTHEST
from aspa.service.promises.reminding import schedule_for, warning_at

if TYPE_CHECKING:
    from aspa.core.people.models import Agent

State = Promise.State
LONGEST = 200


class Word(NamedTuple):
    """What an agent has confirmed while writing: the sentence, and by when."""

    text: str
    due_at: dt.datetime


def checked(words: Sequence[Word]) -> Sequence[Word]:
    """Raises Refused when one can't be kept any more, or not within reason."""
    for word in words:
        _must_be_ahead(word.due_at)
    return words


def make(message: Message, words: Sequence[Word]) -> list[Promise]:
    """The promises of a reply that was sent. Making them again changes nothing."""
    with changing(message.conversation) as current:
        known = set(Promise.objects.filter(message=message).values_list("text", flat=True))
        return [_make(current, message, word) for word in words if word.text[:LONGEST] not in known]


def hold(conversation: Conversation, words: Sequence[Word], *, by: Agent, client_id: str) -> None:
    """Keep them for the moment when the reply of this `client_id` goes out. Holding them again changes nothing."""
    with changing(conversation) as current:
        if not Promise.objects.filter(agent=by, client_id=client_id).exists():
            Promise.objects.bulk_create(_promise(current, word, by, client_id=client_id) for word in words)


def promise_in(conversation: Conversation, promise_id: int) -> Promise:
    """One of the conversation's. Raises Http404."""
    found = Promise.objects.filter(pk=promise_id, conversation=conversation).exclude(state=State.HELD).first()
    if found is None:
        raise Http404("No such promise.")
    return found


def keep(promise: Promise, *, by: Agent) -> Promise:
    """It is done; also when it was broken. Keeping a kept one changes nothing."""
    with _changing(promise) as (conversation, current):
        if current.state in LIVE:
            current.state, current.kept_at = State.KEPT, clock.now()
            current.save(update_fields=["state", "kept_at"])
            late = current.kept_at > current.due_at
            events.record(conversation, Event.Kind.PROMISE_KEPT, agent=by, promise=current.pk, late=late)
        return current


def move(promise: Promise, *, by: Agent, due_at: dt.datetime) -> Promise:
    """Give it another time, which the customer is told. Raises Refused for one that has passed."""
    _must_be_ahead(due_at)
    with _changing(promise) as (conversation, current):
        _must_be_live(current)
        if current.due_at == due_at:
            return current
        before, current.due_at, current.state, current.warned_at = current.due_at, due_at, State.OPEN, None
        current.warn_at = warning_at(due_at, clock.now(), schedule_for(conversation))
        current.save(update_fields=["due_at", "warn_at", "warned_at", "state"])
        activities.add(
            conversation, "promise_moved", agent=by, event=Event.Kind.PROMISE_MOVED, who=by.public_name,
            promise=current.pk, what=current.text, before=before.isoformat(), due=due_at.isoformat(),
        )  # fmt: skip
        return current


def withdraw(promise: Promise, *, by: Agent) -> Promise:
    """It isn't going to be done, which the customer is told. Withdrawing again changes nothing."""
    with _changing(promise) as (conversation, current):
        if current.state in LIVE:
            current.state = State.WITHDRAWN
            current.save(update_fields=["state"])
            activities.add(
                conversation, "promise_withdrawn", agent=by, event=Event.Kind.PROMISE_WITHDRAWN, who=by.public_name,
                promise=current.pk, what=current.text,
            )  # fmt: skip
        return current


def let_go(conversation: Conversation) -> None:
    """The customer has ended the conversation, so what was promised in it is no longer owed.

    Nothing changes when it is open again by now.
    """
    with changing(conversation) as current:
        if current.closed_how != Conversation.ClosedHow.CUSTOMER:
            return
        for promise in Promise.objects.filter(conversation=current, state__in=LIVE).order_by("pk"):
            late, promise.state = promise.is_broken, State.WITHDRAWN
            promise.save(update_fields=["state"])
            events.record(
                current, Event.Kind.PROMISE_WITHDRAWN, by_contact=True, promise=promise.pk, ended=True, late=late
            )


def hand_over(promise: Promise, *, by: Agent, to: Agent) -> Promise:
    """Give it to another agent. Raises Refused when that agent can't answer in this inbox."""
    with _changing(promise) as (conversation, current):
        _must_be_live(current)
        if not access.reach(to).may(Role.Permission.REPLY, conversation.inbox_id):
            raise Refused(_("%(agent)s can't answer in this inbox.") % {"agent": to.name}, code="outsider")
        if current.agent_id != to.pk:
            before, current.agent = current.agent_id, to
            current.save(update_fields=["agent"])
            activities.add(
                conversation, "promise_handed_over", agent=by, event=Event.Kind.PROMISE_HANDED_OVER, whom=to.name,
                what=current.text, promise=current.pk, before=before, after=to.pk,
            )  # fmt: skip
        return current


def break_if_due(promise: Promise, *, told: Sequence[int]) -> bool:
    """Its time has passed; `told` are the agents who hear of it. False when somebody has dealt with it meanwhile."""
    with _changing(promise) as (conversation, current):
        if current.state != State.OPEN or current.due_at > clock.now():
            return False
        current.state = State.BROKEN
        current.save(update_fields=["state"])
        events.record(conversation, Event.Kind.PROMISE_BROKEN, promise=current.pk, text=current.text, agents=list(told))
        return True


def warn_if_due(promise: Promise, *, told: Sequence[int]) -> bool:
    """Its time comes near. As `break_if_due`."""
    with _changing(promise) as (conversation, current):
        if current.state != State.OPEN or current.warned_at is not None or current.warn_at > clock.now():
            return False
        current.warned_at = clock.now()
        current.save(update_fields=["warned_at"])
        events.record(conversation, Event.Kind.PROMISE_DUE, promise=current.pk, text=current.text, agents=list(told))
        return True


def _make(conversation: Conversation, message: Message, word: Word) -> Promise:
    made = _promise(conversation, word, message.agent, message=message)
    made.save(force_insert=True)
    _tell(conversation, made)
    return made


def release(held: Promise, message: Message) -> None:
    """The reply that it was held with has gone out."""
    with _changing(held) as (conversation, current):
        if current.state == State.HELD:
            current.state, current.message, current.made_at = State.OPEN, message, message.created_at
            current.warn_at = warning_at(current.due_at, clock.now(), schedule_for(conversation))
            current.save(update_fields=["state", "message", "made_at", "warn_at"])
            _tell(conversation, current)


def _tell(conversation: Conversation, promise: Promise) -> None:
    agent = promise.agent
    activities.add(
        conversation, "promised", agent=agent, event=Event.Kind.PROMISED, who=agent.public_name if agent else "Aspa",
        promise=promise.pk, what=promise.text, due=promise.due_at.isoformat(),
    )  # fmt: skip


def _promise(
    conversation: Conversation, word: Word, by: Agent | None, *, message: Message | None = None, client_id: str = ""
) -> Promise:
    return Promise(
        conversation=conversation,
        message=message,
        client_id=client_id,
        agent=by,
        text=word.text[:LONGEST],
        due_at=word.due_at,
        warn_at=warning_at(word.due_at, clock.now(), schedule_for(conversation)),
        state=State.OPEN if message else State.HELD,
        made_at=clock.now(),
    )


@contextmanager
def _changing(promise: Promise) -> Iterator[tuple[Conversation, Promise]]:
    """The promise as it is now; its conversation's lock is its own."""
    with changing(promise.conversation) as conversation:
        yield conversation, Promise.objects.select_related("agent").get(pk=promise.pk)


def _must_be_ahead(moment: dt.datetime) -> None:
    if not clock.now() < moment <= clock.now() + FURTHEST:
        raise Refused(_("Promise a time that is still ahead."), code="past")


def _must_be_live(promise: Promise) -> None:
    if promise.state not in LIVE:
        raise Refused(_("This promise is no longer open."), code="over")
