"""Somebody takes an urgent call, by the button or by doing the work; or nobody has to any more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.utils.translation import gettext as _

from aspa.core.conversations import access, activities, events, triage
from aspa.core.conversations.changing import Refused, changing
from aspa.core.conversations.models import Event
from aspa.core.people.models import Role
from aspa.kit import clock
from aspa.service.duty.models import Call

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aspa.core.conversations.events import Entry
    from aspa.core.conversations.models import Conversation
    from aspa.core.people.models import Agent


def call_for(agent: Agent, call_id: int) -> Call:
    """A call in a conversation that the agent may answer. Raises Http404, PermissionDenied for who may only read."""
    call = Call.objects.select_related("accepted_by", "message", "rota").filter(pk=call_id).first()
    if call is None:
        raise Http404("No such call.")
    call.conversation = access.conversation_for(agent, call.conversation_id, may=Role.Permission.REPLY)
    return call


def accept(call: Call, *, by: Agent) -> Call:
    """Take the call and the conversation. Raises Refused when somebody else has, or when it is over.

    Accepting one's own again changes nothing.
    """
    with changing(call.conversation) as conversation:
        current = Call.objects.select_related("accepted_by").get(pk=call.pk)
        if current.accepted_by_id == by.pk:
            return current
        if not current.is_live:
            raise Refused(taken_words(current), code="taken")
        _accept(current, conversation, by, code="duty_accepted")
        triage.assign(conversation, by=by, to=by)
        return current


def taken_words(call: Call) -> str:
    if call.accepted_by is not None:
        return _("%(name)s has taken this already.") % {"name": call.accepted_by.name}
    return _("This is settled already. Nobody has to take it any more.")


def accept_by_deed(done: Sequence[Entry]) -> None:
    """Who takes the conversation at the desk or answers the customer has accepted the call. Costs one query while no
    call waits for anybody."""
    if not done:
        return
    live = {call.conversation_id: call for call in Call.objects.filter(settled_at=None).select_related("conversation")}
    for event in done if live else ():
        call = live.get(event.conversation_id)
        # What was done before the urgent message answers nothing: the journal may be read again.
        if call is None or event.agent_id is None or (event.message_id or 0) < call.message_id:
            continue
        if event.kind == Event.Kind.REPLIED:
            _note_deed(call, event.agent_id, code="duty_answered")
        elif event.data.get("after") == event.agent_id:
            _note_deed(call, event.agent_id, code="duty_accepted")


def _note_deed(call: Call, agent_id: int, *, code: str) -> None:
    with changing(call.conversation) as conversation:
        current = Call.objects.get(pk=call.pk)
        agent = access.agents_of([conversation.inbox_id], Role.Permission.REPLY).filter(pk=agent_id).first()
        if current.is_live and agent is not None:
            _accept(current, conversation, agent, code=code)


def settle_if_over(call: Call, conversation: Conversation) -> bool:
    """Nobody has to take what has ended or been answered meanwhile. The caller holds the conversation."""
    if not (conversation.is_closed or conversation.waiting_since is None):
        return False
    settle(call)
    return True


def settle(call: Call) -> None:
    """Nobody has to take it any more. The caller holds the conversation."""
    call.state, call.settled_at, call.due_at = Call.State.OVER, clock.now(), None
    call.save(update_fields=["state", "settled_at", "due_at"])


def _accept(call: Call, conversation: Conversation, by: Agent, *, code: str) -> None:
    # In open hours the team was simply quicker than the call: nothing to tell of.
    was_called = call.state == Call.State.CALLED
    call.state, call.accepted_by, call.settled_at, call.due_at = Call.State.ACCEPTED, by, clock.now(), None
    call.save(update_fields=["state", "accepted_by", "settled_at", "due_at"])
    minutes = round((call.settled_at - call.since).total_seconds() / 60)
    values: dict[str, Any] = {"call": call.pk, "minutes": minutes, "who": by.public_name}
    if was_called:
        activities.add(conversation, code, agent=by, event=Event.Kind.DUTY_ACCEPTED, **values)
    else:
        events.record(conversation, Event.Kind.DUTY_ACCEPTED, agent=by, **values)
