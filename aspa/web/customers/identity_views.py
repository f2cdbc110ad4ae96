"""Asking the customer to show who they are, and the identification data that few may see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from aspa.core.conversations import access
from aspa.core.conversations.changing import Refused
from aspa.core.people.models import Identity, Role
from aspa.kit.ids import row_id
from aspa.service.timeline import rights
from aspa.service.verification import codes, facts, identifying
from aspa.service.verification.models import Fact, Provider
from aspa.web.customers.doors import changed
from aspa.web.desk.doors import for_agents, refused

if TYPE_CHECKING:
    from aspa.core.people.models import Agent, Contact
    from aspa.web.desk.doors import AgentRequest


@require_POST
@for_agents
def ask_code(request: AgentRequest, conversation_id: int) -> HttpResponse:
    """A code goes to an address that the customer has told."""
    conversation = access.conversation_for(request.user, conversation_id, may=Role.Permission.REPLY)
    told = Identity.objects.filter(contact=conversation.contact_id)
    identity = get_object_or_404(told, pk=row_id(request.POST.get("identity", "")))
    try:
        codes.ask(conversation, identity, by=request.user)
    except Refused as refusal:
        return refused(refusal)
    return changed(_("A code is on its way. The customer tells it here or on their own page."))


@require_POST
@for_agents
def ask_identification(request: AgentRequest, conversation_id: int) -> HttpResponse:
    conversation = access.conversation_for(request.user, conversation_id, may=Role.Permission.REPLY)
    brands = Provider.objects.filter(brand=conversation.brand_id)
    provider = get_object_or_404(brands, pk=row_id(request.POST.get("provider", "")))
    try:
        identifying.ask(conversation, provider, by=request.user)
    except Refused as refusal:
        return refused(refusal)
    return changed(_("The customer is asked to identify themselves. The link is on their own page."))


@require_safe
@for_agents
def kyc(request: AgentRequest, contact_id: int) -> HttpResponse:
    """What it means to look, and who has looked before; this shows nothing yet."""
    contact = _contact(request.user, contact_id)
    return render(request, "customers/kyc.html", {"contact": contact, "looks": facts.looks(contact.pk)})


@require_POST
@for_agents
def kyc_look(request: AgentRequest, contact_id: int) -> HttpResponse:
    contact = _contact(request.user, contact_id)
    found = {fact.key: fact for fact in facts.look(contact, by=request.user)}
    page = {
        "contact": contact,
        "fields": [_shown(key, found.get(key)) for key in Fact.Key],
        "looks": facts.looks(contact.pk),
    }
    return render(request, "customers/kyc_data.html", page)


@require_POST
@for_agents
def kyc_save(request: AgentRequest, contact_id: int) -> HttpResponse:
    """What was changed in the form; the rest stays as it is, with where it is from."""
    contact = _contact(request.user, contact_id)
    try:
        facts.change(
            contact, {key: request.POST[key] for key in Fact.Key.values if key in request.POST}, by=request.user
        )
    except Refused as refusal:
        return refused(refusal)
    return changed(_("Saved."))


def _contact(agent: Agent, contact_id: int) -> Contact:
    contact = rights.contact_for(agent, contact_id, may=Role.Permission.KYC)
    if contact.erased_at is not None:
        raise Http404("The customer was erased.")
    return contact


def _shown(key: Fact.Key, fact: Fact | None) -> dict[str, Any]:
    source = ""
    if fact is not None:
        source = fact.agent.name if fact.agent else _("strong identification")
    return {
        "key": key.value,
        "label": key.label,
        "value": fact.value if fact else "",
        "source": source,
        "at": fact.at if fact else None,
    }
