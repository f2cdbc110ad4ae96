"""Where a matter stands, in words that a customer understands: whose turn it is, since when and until when."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from aspa.core.conversations import intake, next_step
from aspa.core.conversations.models import Conversation, Message
from aspa.kit import clock
from aspa.service.closing import waiting
from aspa.service.promises import watching
from aspa.service.receipts import expecting

if TYPE_CHECKING:
    import datetime as dt

Status, ClosedHow = Conversation.Status, Conversation.ClosedHow


@dataclasses.dataclass(frozen=True, slots=True)
class Standing:
    """`tone` is "ours" (our turn), "late", "theirs" (the customer's) or "over"."""

    tone: str
    headline: str
    details: tuple[str, ...] = ()
    may_end: bool = False
    may_reopen: bool = False
    asks: bool = False


def of(conversation: Conversation) -> Standing:
    """In the active language, by the brand's clock."""
    if conversation.is_closed:
        return _over(conversation)
    if conversation.waiting_since is not None:
        return _ours(conversation, conversation.waiting_since)
    if conversation.asked_solved or conversation.status == Status.WAITING:
        return _theirs(conversation)
    return _answered(conversation)


def _over(conversation: Conversation) -> Standing:
    closed_at = conversation.closed_at or conversation.last_activity_at
    when = {"when": next_step.moment(closed_at, conversation.brand)}
    if conversation.is_set_aside:
        mistake = _("If that is a mistake, write below: it begins a new matter.")
        return Standing("over", _("This was closed on %(when)s.") % when, (mistake,))
    ended = {
        ClosedHow.CUSTOMER: _("You ended this on %(when)s."),
        ClosedHow.SILENCE: _("We closed this on %(when)s, as we hadn’t heard from you."),
    }.get(ClosedHow(conversation.closed_how or ClosedHow.CUSTOMER), _("This was closed on %(when)s."))
    return Standing("over", ended % when, (_go_on(closed_at),), may_reopen=True)


def _go_on(closed_at: dt.datetime) -> str:
    if closed_at >= clock.now() - intake.REOPENS_FOR:
        return _("Nothing is lost: write below or open it again, and we go on from here.")
    return _("Open it again to go on from here. A new message begins a new matter that is linked to this one.")


def _ours(conversation: Conversation, since: dt.datetime) -> Standing:
    brand, late = conversation.brand, False
    headline = _("You are waiting for our answer, since %(when)s.") % {"when": next_step.moment(since, brand)}
    answered = _newest(conversation, Message.Kind.REPLY)
    receipt = None if answered else _newest(conversation, Message.Kind.ACTIVITY, code="receipt")
    announced = next_step.by(receipt) if receipt else None
    if receipt and announced and announced <= clock.now():
        late = True
        told = _("We said %(when)s, and we are late. We are sorry.") % {"when": next_step.moment(announced, brand)}
    elif receipt and announced:
        told = next_step.sentence(receipt.data, conversation, for_contact=True)
    else:
        who = conversation.team.name if conversation.team else ""
        expectation = expecting.next_answer(conversation)
        told = next_step.sentence(next_step.told(*expectation, who=who), conversation, for_contact=True)
    return Standing("late" if late else "ours", headline, (told,), may_end=True, asks=conversation.asked_solved)


def _theirs(conversation: Conversation) -> Standing:
    wait = waiting.of(conversation)
    details = []
    if wait is not None and wait.close_at is not None and conversation.status == Status.WAITING:
        closes = {"when": next_step.moment(wait.close_at, conversation.brand)}
        details.append(_("If we hear nothing, we close this on %(when)s. You can open it again.") % closes)
    if conversation.asked_solved:
        return Standing("theirs", _("Did this solve it?"), tuple(details), may_end=True, asks=True)
    return Standing("theirs", _("It is your turn: we wait for your answer."), tuple(details), may_end=True)


def _answered(conversation: Conversation) -> Standing:
    """Nobody waits for a word; what we have promised is still ours to do."""
    headline = _("We take care of this.")
    if watching.of(conversation):
        headline = _("We take care of this, as we promised.")
    elif _newest(conversation, Message.Kind.REPLY) is not None:
        headline = _("We have answered you.")
    return Standing("ours", headline, (_("Write below if something is missing."),), may_end=True)


def _newest(conversation: Conversation, kind: Message.Kind, **more: str) -> Message | None:
    """The newest message of a kind that the customer sees."""
    theirs = Message.objects.for_contact().filter(conversation=conversation, kind=kind, **more)
    return theirs.select_related("agent").order_by("-pk").first()
