"""The same verb for several chosen conversations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from aspa.core.conversations import access, lifecycle, triage
from aspa.core.conversations.changing import Refused
from aspa.core.people.models import Role, Team
from aspa.kit.ids import row_id
from aspa.web.desk.doors import Done, for_agents, refused, told
from aspa.web.desk.views.lifecycle import snooze_time
from aspa.web.desk.views.sorting import agent_from

if TYPE_CHECKING:
    from collections.abc import Callable

    from aspa.core.conversations.models import Conversation
    from aspa.web.desk.doors import AgentRequest

MOST = 100


@require_POST
@for_agents
def bulk(request: AgentRequest) -> HttpResponse:
    """`ids` and one `action`. What can't be done for some is told; the others are done."""
    ids = [pk for pk in map(row_id, request.POST.get("ids", "").split(",")) if pk is not None][:MOST]
    action = request.POST.get("action", "")
    if action not in ACTIONS or not ids:
        raise Http404("No such action.")
    may = Role.Permission.MODERATE if action == "aside" else Role.Permission.REPLY
    done, failures = [], []
    for pk in ids:
        try:
            ACTIONS[action](request, access.conversation_for(request.user, pk, may=may))
            done.append(pk)
        except Refused as refusal:
            failures.append(refusal)
        except (Http404, PermissionDenied):
            failures.append(Refused(_("Some of these aren't yours to change."), code="not_yours"))
    if not done:
        return refused(failures[0])
    text = ngettext("Done for one conversation.", "Done for %(count)s conversations.", len(done)) % {"count": len(done)}
    if failures:
        text += " " + str(failures[0])
    return told(Done(text, changed=done))


def _assign(request: AgentRequest, conversation: Conversation) -> None:
    triage.assign(conversation, by=request.user, to=agent_from(request.POST.get("agent", "")))


def _team(request: AgentRequest, conversation: Conversation) -> None:
    team = get_object_or_404(Team, pk=row_id(request.POST.get("team", "")))
    triage.assign_team(conversation, by=request.user, to=team)


def _snooze(request: AgentRequest, conversation: Conversation) -> None:
    lifecycle.snooze(conversation, by=request.user, until=snooze_time(request.POST.get("until", "")))


def _label(request: AgentRequest, conversation: Conversation) -> None:
    triage.label(conversation, by=request.user, name=request.POST.get("name", ""))


def _priority(request: AgentRequest, conversation: Conversation) -> None:
    try:
        triage.prioritise(conversation, by=request.user, priority=int(request.POST.get("priority", "")))
    except ValueError:
        raise Refused(_("Choose a priority from the list."), code="priority") from None


def _ask(request: AgentRequest, conversation: Conversation) -> None:
    lifecycle.ask_if_solved(conversation, by=request.user)


def _aside(request: AgentRequest, conversation: Conversation) -> None:
    how, reason = request.POST.get("how", ""), request.POST.get("reason", "")
    lifecycle.set_aside(conversation, by=request.user, how=how, reason=reason)


ACTIONS: dict[str, Callable[[AgentRequest, Conversation], None]] = {
    "assign": _assign,
    "team": _team,
    "snooze": _snooze,
    "label": _label,
    "priority": _priority,
    "ask": _ask,
    "aside": _aside,
}
