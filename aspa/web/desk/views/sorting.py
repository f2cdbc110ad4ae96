"""Whose a conversation is, what it is about, how urgent it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from aspa.core.conversations import triage
from aspa.core.conversations.changing import Refused
from aspa.core.conversations.models import Conversation, Label, Reason
from aspa.core.people.models import Agent, Role, Team
from aspa.kit.ids import row_id
from aspa.web.desk.doors import Done, verb

if TYPE_CHECKING:
    from aspa.web.desk.doors import AgentRequest


def url(name: str, conversation: Conversation) -> str:
    return reverse(f"desk:{name}", args=[conversation.pk])


@verb()
def assign(request: AgentRequest, conversation: Conversation) -> Done:
    before = conversation.assignee_id or ""
    agent = agent_from(request.POST.get("agent", ""))
    triage.assign(conversation, by=request.user, to=agent, reason=request.POST.get("reason", ""))
    text = _("Given to %(agent)s.") % {"agent": agent.name} if agent else _("Nobody's now.")
    if agent == request.user:
        text = _("It's yours now.")
    return Done(text, undo={"url": url("assign", conversation), "values": {"agent": before}})


def agent_from(text: str) -> Agent | None:
    """The agent with this number, nobody for "". Raises Http404."""
    if not text:
        return None
    return get_object_or_404(Agent, pk=row_id(text), is_active=True)


@verb()
def assign_team(request: AgentRequest, conversation: Conversation) -> Done:
    before = conversation.team_id or ""
    number = request.POST.get("team", "")
    team = get_object_or_404(Team, pk=row_id(number)) if number else None
    triage.assign_team(conversation, by=request.user, to=team)
    text = _("Moved to %(team)s.") % {"team": team.name} if team else _("No team now.")
    return Done(text, undo={"url": url("team", conversation), "values": {"team": before}})


@verb()
def label(request: AgentRequest, conversation: Conversation) -> Done:
    made = triage.label(conversation, by=request.user, name=request.POST.get("name", ""))
    return Done(
        _("Label added: %(label)s.") % {"label": made.name},
        undo={"url": url("unlabel", conversation), "values": {"label": made.pk}},
    )


@verb()
def unlabel(request: AgentRequest, conversation: Conversation) -> Done:
    gone = get_object_or_404(Label, pk=row_id(request.POST.get("label", "")), brand=conversation.brand_id)
    triage.unlabel(conversation, by=request.user, label=gone)
    return Done(
        _("Label removed: %(label)s.") % {"label": gone.name},
        undo={"url": url("label", conversation), "values": {"name": gone.name}},
    )


@verb()
def prioritise(request: AgentRequest, conversation: Conversation) -> Done:
    before = conversation.priority
    try:
        triage.prioritise(conversation, by=request.user, priority=int(request.POST.get("priority", "")))
    except ValueError:
        raise Refused(_("Choose a priority from the list."), code="priority") from None
    return Done(_("Priority changed."), undo={"url": url("priority", conversation), "values": {"priority": before}})


@verb()
def set_reason(request: AgentRequest, conversation: Conversation) -> Done:
    before = conversation.reason_id or ""
    number = request.POST.get("reason", "")
    reason = get_object_or_404(Reason, pk=row_id(number), brand=conversation.brand_id) if number else None
    triage.set_reason(conversation, by=request.user, reason=reason)
    return Done(_("Reason recorded."), undo={"url": url("reason", conversation), "values": {"reason": before}})


@verb()
def set_tier(request: AgentRequest, conversation: Conversation) -> Done:
    before = conversation.contact.tier
    triage.set_tier(conversation, by=request.user, tier=request.POST.get("tier", ""))
    return Done(_("Customer tier changed."), undo={"url": url("tier", conversation), "values": {"tier": before}})


@verb()
def rename(request: AgentRequest, conversation: Conversation) -> Done:
    before = conversation.subject
    triage.rename(conversation, by=request.user, subject=request.POST.get("subject", ""))
    return Done(_("Subject changed."), undo={"url": url("rename", conversation), "values": {"subject": before}})


@verb(may=Role.Permission.READ)
def follow(request: AgentRequest, conversation: Conversation) -> Done:
    on = request.POST.get("on") == "1"
    triage.follow(conversation, agent=request.user, on=on)
    return Done(_("You follow this now.") if on else _("You no longer follow this."))
