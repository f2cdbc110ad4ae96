"""Promises at the desk: found while one writes, confirmed, kept, moved, handed over."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from aspa.core.conversations import access
from aspa.core.people.models import Role
from aspa.kit import clock
from aspa.service.promises import promising
from aspa.service.promises.recognising import recognise
from aspa.service.promises.reminding import proposed, schedule_for
from aspa.service.promises.vague import vagueness
from aspa.web.desk.doors import Done, for_agents, verb
from aspa.web.desk.views.lifecycle import snooze_time
from aspa.web.desk.views.sorting import agent_from

if TYPE_CHECKING:
    from aspa.core.conversations.models import Conversation
    from aspa.web.desk.doors import AgentRequest

# Enough for any reply in which somebody promises.
LONGEST = 20_000
MOST = 10


@require_POST
@for_agents
def look(request: AgentRequest, conversation_id: int) -> HttpResponse:
    """What the `text` of a reply promises and by when, and whether it is too vague to help, as lines below the composer."""
    found = access.conversation_for(request.user, conversation_id, may=Role.Permission.REPLY)
    text, schedule, now = request.POST.get("text", "")[:LONGEST], schedule_for(found), clock.now()
    promises = [
        {"text": one.what, "due": one.due or proposed(now, schedule), "is_proposed": one.due is None}
        for one in recognise(text, language=found.language, now=now, schedule=schedule)
    ]
    vague = vagueness(text, language=found.language)
    return render(request, "desk/promise_lines.html", {"promises": promises, "vague": vague})


def confirmed(request: AgentRequest) -> list[promising.Word]:
    """What the form of a reply says was promised: `promise_text` and `promise_due`, one of each for every promise.

    Raises Refused for a time that isn't one.
    """
    texts, moments = (request.POST.getlist(name)[:MOST] for name in ("promise_text", "promise_due"))
    pairs = zip_longest(texts, moments, fillvalue="")
    return [promising.Word(" ".join(text.split()), snooze_time(moment)) for text, moment in pairs if text.strip()]


@verb()
def keep(request: AgentRequest, conversation: Conversation, promise_id: int) -> Done:
    promising.keep(promising.promise_in(conversation, promise_id), by=request.user)
    return Done(_("Kept. Well done."))


@verb()
def move(request: AgentRequest, conversation: Conversation, promise_id: int) -> Done:
    promise = promising.promise_in(conversation, promise_id)
    promising.move(promise, by=request.user, due_at=snooze_time(request.POST.get("due", "")))
    return Done(_("Moved. The customer is told."))


@verb()
def withdraw(request: AgentRequest, conversation: Conversation, promise_id: int) -> Done:
    promising.withdraw(promising.promise_in(conversation, promise_id), by=request.user)
    return Done(_("Withdrawn. The customer is told."))


@verb()
def hand_over(request: AgentRequest, conversation: Conversation, promise_id: int) -> Done:
    promise, agent = promising.promise_in(conversation, promise_id), agent_from(request.POST.get("agent", ""))
    if agent is None:
        raise Http404("No such agent.")
    promising.hand_over(promise, by=request.user, to=agent)
    return Done(_("Handed over to %(agent)s.") % {"agent": agent.name})
