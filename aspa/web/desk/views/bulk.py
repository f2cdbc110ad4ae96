"""The same verb for several chosen conversations."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from aspa.core.conversations import access, lifecycle, triage
from aspa.core.conversations.changing import Refused
from aspa.core.conversations.models import Label
from aspa.core.people.models import Role, Team
from aspa.kit.ids import row_id
from aspa.web.desk.doors import Done, for_agents, refused, told
from aspa.web.desk.views.lifecycle import snooze_time
from aspa.web.desk.views.sorting import agent_from

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from aspa.core.conversations.models import Conversation
    from aspa.core.people.models import Agent
    from aspa.web.desk.doors import AgentRequest

MOST = 100

# What takes a change back: an action and its values.
Back = tuple[str, dict[str, str]]


@require_POST
@for_agents
def bulk(request: AgentRequest) -> HttpResponse:
    """`ids` and one `action`. What can't be done for some is told; the others are done, and can be taken back."""
    ids = [pk for pk in map(row_id, request.POST.get("ids", "").split(",")) if pk is not None][:MOST]
    action = request.POST.get("action", "")
    if action not in ACTIONS or not ids:
        raise Http404("No such action.")
    outcome = Outcome()
    outcome.perform(request.user, action, request.POST, ids)
    return outcome.told()


@require_POST
@for_agents
def take_back(request: AgentRequest) -> HttpResponse:
    """`steps` as `Outcome.told` gave them: [[action, values, ids], …]."""
    try:
        steps = [
            (str(action), {name: str(value) for name, value in values.items()}, [row_id(str(pk)) for pk in ids])
            for action, values, ids in json.loads(request.POST["steps"])
        ]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        steps = []
    count = sum(len(ids) for _action, _values, ids in steps)
    if not 0 < count <= MOST or any(action not in ACTIONS or None in ids for action, _values, ids in steps):
        raise Http404("Nothing to take back.")
    outcome = Outcome()
    for action, values, ids in steps:
        outcome.perform(request.user, action, values, [pk for pk in ids if pk is not None])
    return outcome.told(final=True)


class Outcome:
    """What became of one wish for several conversations."""

    def __init__(self) -> None:
        self.done: list[int] = []
        self.failures: list[Refused] = []
        # {(action, values as JSON): conversations}
        self.back: dict[tuple[str, str], list[int]] = {}

    def perform(self, agent: Agent, action: str, values: Mapping[str, str], ids: list[int]) -> None:
        may = Role.Permission.MODERATE if action == "aside" else Role.Permission.REPLY
        for pk in ids:
            try:
                back = ACTIONS[action](agent, access.conversation_for(agent, pk, may=may), values)
            except Refused as refusal:
                self.failures.append(refusal)
            except (Http404, PermissionDenied):
                self.failures.append(Refused(_("Some of these aren't yours to change."), code="not_yours"))
            else:
                self.done.append(pk)
                if back:
                    self.back.setdefault((back[0], json.dumps(back[1])), []).append(pk)

    def told(self, *, final: bool = False) -> HttpResponse:
        """`final`: without an offer to take it back."""
        if not self.done:
            return refused(self.failures[0])
        count = len(self.done)
        text = ngettext("Done for one conversation.", "Done for %(count)s conversations.", count) % {"count": count}
        if self.failures:
            text += " " + str(self.failures[0])
        steps = [[action, json.loads(values), ids] for (action, values), ids in self.back.items()]
        undo = (
            {"url": reverse("desk:bulk_back"), "values": {"steps": json.dumps(steps)}} if steps and not final else None
        )
        return told(Done(text, changed=self.done, undo=undo))


def _assign(agent: Agent, conversation: Conversation, values: Mapping[str, str]) -> Back:
    before = conversation.assignee_id
    triage.assign(conversation, by=agent, to=agent_from(values.get("agent", "")))
    return "assign", {"agent": str(before or "")}


def _team(agent: Agent, conversation: Conversation, values: Mapping[str, str]) -> Back:
    before, number = conversation.team_id, values.get("team", "")
    triage.assign_team(conversation, by=agent, to=get_object_or_404(Team, pk=row_id(number)) if number else None)
    return "team", {"team": str(before or "")}


def _snooze(agent: Agent, conversation: Conversation, values: Mapping[str, str]) -> Back:
    before = conversation.snoozed_until
    lifecycle.snooze(conversation, by=agent, until=snooze_time(values.get("until", "")))
    return ("snooze", {"until": before.isoformat()}) if before else ("wake", {})


def _wake(agent: Agent, conversation: Conversation, _values: Mapping[str, str]) -> None:
    lifecycle.wake(conversation, by=agent)


def _label(agent: Agent, conversation: Conversation, values: Mapping[str, str]) -> Back | None:
    before = set(conversation.labels.values_list("pk", flat=True))
    made = triage.label(conversation, by=agent, name=values.get("name", ""))
    return None if made.pk in before else ("unlabel", {"label": str(made.pk)})


def _unlabel(agent: Agent, conversation: Conversation, values: Mapping[str, str]) -> None:
    gone = get_object_or_404(Label, pk=row_id(values.get("label", "")), brand=conversation.brand_id)
    triage.unlabel(conversation, by=agent, label=gone)


def _priority(agent: Agent, conversation: Conversation, values: Mapping[str, str]) -> Back:
    before = conversation.priority
    try:
        triage.prioritise(conversation, by=agent, priority=int(values.get("priority", "")))
    except ValueError:
        raise Refused(_("Choose a priority from the list."), code="priority") from None
    return "priority", {"priority": str(int(before))}


def _ask(agent: Agent, conversation: Conversation, _values: Mapping[str, str]) -> None:
    lifecycle.ask_if_solved(conversation, by=agent)


def _aside(agent: Agent, conversation: Conversation, values: Mapping[str, str]) -> Back:
    lifecycle.set_aside(conversation, by=agent, how=values.get("how", ""), reason=values.get("reason", ""))
    return "reopen", {}


def _reopen(agent: Agent, conversation: Conversation, _values: Mapping[str, str]) -> None:
    lifecycle.reopen(conversation, by=agent)


ACTIONS: dict[str, Callable[[Agent, Conversation, Mapping[str, str]], Back | None]] = {
    "assign": _assign,
    "team": _team,
    "snooze": _snooze,
    "wake": _wake,
    "label": _label,
    "unlabel": _unlabel,
    "priority": _priority,
    "ask": _ask,
    "aside": _aside,
    "reopen": _reopen,
}
