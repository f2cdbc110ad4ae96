"""The customer: the page, and the sections beside a conversation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from django.shortcuts import render

from aspa.core.conversations import access
from aspa.kit.ids import row_id
from aspa.web.customers import panel as sections
from aspa.web.desk.doors import for_agents

if TYPE_CHECKING:
    from aspa.core.conversations.models import Conversation
    from aspa.core.people.models import Contact
    from aspa.web.desk.doors import AgentRequest


@for_agents
def page(request: AgentRequest, contact_id: int) -> HttpResponse:
    contact = access.contact_for(request.user, contact_id)
    shown = sections.shown(request.user, contact, None, place=sections.PAGE)
    return render(request, "customers/page.html", {"contact": contact, "sections": shown})


@for_agents
def panel(request: AgentRequest, contact_id: int) -> HttpResponse:
    """The sections: beside a `conversation` of the customer's, or those of the page."""
    contact = access.contact_for(request.user, contact_id)
    conversation = _conversation(request, contact)
    place = sections.PANEL if conversation else sections.PAGE
    shown = sections.shown(request.user, contact, conversation, place=place)
    return render(request, "customers/sections.html", {"sections": shown})


def _conversation(request: AgentRequest, contact: Contact) -> Conversation | None:
    given = request.GET.get("conversation", "")
    if not given:
        return None
    found = access.conversation_for(request.user, row_id(given) or 0)
    if found.contact_id != contact.pk:
        raise Http404("Not a conversation of this customer.")
    return found
