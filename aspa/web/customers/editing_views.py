"""Changing what is known of a customer: each a dialog that asks, and a verb."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from aspa.core.conversations.changing import Refused
from aspa.core.inboxes.channel import channels
from aspa.core.people.models import Role
from aspa.service.timeline import fields, notes, profile, rights
from aspa.service.timeline.models import Preference
from aspa.web.customers.doors import changed
from aspa.web.desk.doors import for_agents, refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from aspa.core.people.models import Contact
    from aspa.service.timeline.models import Note
    from aspa.web.desk.doors import AgentRequest


def for_editors(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The customer is looked up for an agent who may answer in their brand; what a verb refuses is told."""

    @for_agents
    @wraps(view)
    def looked_up(request: AgentRequest, contact_id: int, **more: Any) -> HttpResponse:
        contact = rights.contact_for(request.user, contact_id, may=Role.Permission.REPLY)
        if contact.erased_at is not None:
            raise Http404("The customer was erased.")
        try:
            return view(request, contact, **more)
        except Refused as refusal:
            return refused(refusal)

    return looked_up


@require_http_methods(["GET", "POST"])
@for_editors
def details(request: AgentRequest, contact: Contact) -> HttpResponse:
    """Name, language, company, tier, and how they want to be served."""
    if request.method == "POST":
        given = {what: request.POST[what] for what in profile.WORDS if what in request.POST}
        profile.change(contact, by=request.user, values=given)
        return changed()
    context = {
        "contact": contact,
        "known": profile.known(contact, profile.preference_of(contact)),
        "languages": settings.LANGUAGES,
        "channels": channels(),
        "addresses": Preference.Address.choices,
    }
    return render(request, "customers/details.html", context)


@require_http_methods(["GET", "POST"])
@for_editors
def custom(request: AgentRequest, contact: Contact) -> HttpResponse:
    """The brand's own fields."""
    if request.method == "POST":
        fields.save(contact, by=request.user, values=request.POST.dict())
        return changed()
    rows = [(field, fields.typed(field, contact.custom)) for field in fields.of_brand(contact.brand_id)]
    return render(request, "customers/custom.html", {"contact": contact, "rows": rows})


@require_GET
@for_editors
def companies(request: AgentRequest, contact: Contact) -> HttpResponse:
    """Suggestions while a company's name is typed."""
    words = request.GET.get("company", "").strip()[:160]
    found = profile.companies(contact.brand_id, words) if words else []
    return render(request, "customers/companies.html", {"companies": found})


@require_POST
@for_editors
def write_note(request: AgentRequest, contact: Contact) -> HttpResponse:
    notes.write(contact, by=request.user, body=request.POST.get("text", ""))
    return changed()


@require_http_methods(["GET", "POST"])
@for_editors
def note(request: AgentRequest, contact: Contact, note_id: int) -> HttpResponse:
    found = _note(contact, note_id)
    if request.method == "POST":
        notes.change(found, by=request.user, body=request.POST.get("text", ""))
        return changed()
    context = {
        "contact": contact,
        "note": found,
        "is_mine": found.agent_id == request.user.pk,
        "may_remove": notes.may_remove(found, request.user),
    }
    return render(request, "customers/note.html", context)


@require_POST
@for_editors
def remove_note(request: AgentRequest, contact: Contact, note_id: int) -> HttpResponse:
    notes.remove(_note(contact, note_id), by=request.user)
    return changed(_("The note is removed."))


def _note(contact: Contact, note_id: int) -> Note:
    found = notes.note_of(contact, note_id)
    if found is None:
        raise Http404("No such note.")
    return found
