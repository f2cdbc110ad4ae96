"""Menus that are filled when they open, so that the page itself stays light."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpResponse
from django.shortcuts import render

from aspa.core.conversations import access, turns
from aspa.core.conversations.lifecycle import SET_ASIDE_AS
from aspa.core.conversations.models import Conversation, Label, Reason
from aspa.core.people.models import Role, Team
from aspa.service.routing.present import present
from aspa.web.desk.answering import later_choices
from aspa.web.desk.doors import for_agents
from aspa.web.desk.views.lifecycle import snooze_choices
from aspa.web.desk.views.lists import filter_choices, filters_of

if TYPE_CHECKING:
    from aspa.web.desk.doors import AgentRequest


@for_agents
def menu(request: AgentRequest, conversation_id: int, menu: str) -> HttpResponse:
    found = access.conversation_for(request.user, conversation_id)
    if menu not in FILLED:
        raise Http404("No such menu.")
    context = {"conversation": found, **FILLED[menu](request, found)}
    return render(request, f"desk/menus/{menu}.html", context)


@for_agents
def bulk_menu(request: AgentRequest, menu: str) -> HttpResponse:
    """The same choices for several conversations at once, and the list's own filter."""
    if menu == "filter":
        context = {
            "view": request.GET.get("view", "mine"),
            "filters": filters_of(request.GET),
            **filter_choices(request),
        }
        return render(request, "desk/menus/filter.html", context)
    if menu not in ("assign", "snooze", "labels", "priority"):
        raise Http404("No such menu.")
    return render(request, f"desk/menus/bulk_{menu}.html", _for_many(request))


def _assign(request: AgentRequest, found: Conversation) -> dict[str, Any]:
    return {
        "agents": access.agents_of([found.inbox_id], Role.Permission.REPLY),
        "teams": Team.objects.all(),
        "present": {who["id"] for who in present()},
    }


def _snooze(request: AgentRequest, found: Conversation) -> dict[str, Any]:
    return {"choices": snooze_choices()}


def _sorting(request: AgentRequest, found: Conversation) -> dict[str, Any]:
    return {
        "labels": Label.objects.filter(brand=found.brand_id)[:200],
        "chosen": set(found.labels.values_list("pk", flat=True)),
    }


def _more(request: AgentRequest, found: Conversation) -> dict[str, Any]:
    may = access.reach(request.user).may
    return {
        "reasons": Reason.objects.filter(brand=found.brand_id)[:50],
        "priorities": Conversation.Priority.choices,
        "following": found.followers.filter(agent=request.user).exists(),
        "may_reply": may(Role.Permission.REPLY, found.inbox_id),
        "may_moderate": may(Role.Permission.MODERATE, found.inbox_id),
        "may_write": may(Role.Permission.CONTENT, found.inbox_id),
    }


def _merge(request: AgentRequest, found: Conversation) -> dict[str, Any]:
    theirs = access.conversations(request.user).filter(contact=found.contact_id, merged_into=None)
    return {"others": theirs.exclude(pk=found.pk).order_by("-pk")[:8]}


def _plain(request: AgentRequest, found: Conversation) -> dict[str, Any]:
    return {}


def _aside(request: AgentRequest, found: Conversation) -> dict[str, Any]:
    return {"ways": [(how.value, how.label) for how in SET_ASIDE_AS], **_unanswered(request, found)}


def _unanswered(request: AgentRequest, found: Conversation) -> dict[str, Any]:
    return {"unanswered": turns.unanswered_messages(found)}


def _later(request: AgentRequest, found: Conversation) -> dict[str, Any]:
    return {"choices": later_choices(found), "zone": found.brand.timezone}


FILLED = {
    "assign": _assign,
    "later": _later,
    "snooze": _snooze,
    "labels": _sorting,
    "more": _more,
    "merge": _merge,
    "link": _merge,
    "aside": _aside,
    "subject": _plain,
    "tier": _plain,
    "time": _plain,
    "transfer": _assign,
    "unanswered": _unanswered,
}


def _for_many(request: AgentRequest) -> dict[str, Any]:
    return {**filter_choices(request), "teams": Team.objects.all(), "choices": snooze_choices()}
