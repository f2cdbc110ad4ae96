"""Articles beside a conversation: those that fit, a search while writing, and an article made of what was said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from aspa.core.conversations import access
from aspa.core.conversations.changing import Refused
from aspa.core.people.models import Role
from aspa.service.deflection import beside, drafting
from aspa.web.desk.doors import for_agents, refused

if TYPE_CHECKING:
    from aspa.web.desk.doors import AgentRequest


@for_agents
def fitting(request: AgentRequest, conversation_id: int) -> HttpResponse:
    """Those that fit what the customer wrote last, for the side; asked for when the rest of the page is there."""
    found = access.conversation_for(request.user, conversation_id, may=Role.Permission.REPLY)
    return render(request, "desk/articles.html", {"conversation": found, "givings": beside.fitting(found)})


@for_agents
def choices(request: AgentRequest, conversation_id: int) -> HttpResponse:
    """Those that match `q`, or without it those that fit, for the composer's list."""
    found = access.conversation_for(request.user, conversation_id, may=Role.Permission.REPLY)
    words = request.GET.get("q", "").strip()[:200]
    givings = beside.sought(found, words) if words else beside.fitting(found)
    values = {"givings": [one for one in givings if one.link], "words": words}
    return render(request, "desk/article_choices.html", values)


@require_POST
@for_agents
def write(request: AgentRequest, conversation_id: int) -> HttpResponse:
    """A draft made of the conversation; leads to where it is edited."""
    found = access.conversation_for(request.user, conversation_id, may=Role.Permission.CONTENT)
    try:
        version = drafting.from_conversation(found, by=request.user)
    except Refused as refusal:
        return refused(refusal)
    return HttpResponse(status=204, headers={"HX-Redirect": reverse("content:version", args=[version.pk])})
