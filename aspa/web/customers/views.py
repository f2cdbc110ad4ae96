"""The customer: the page in the desk, its parts, and the sections beside a conversation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from aspa.core.conversations import access
from aspa.core.people.models import Identity, Role
from aspa.kit.ids import row_id
from aspa.service.merging import merging
from aspa.service.timeline import rights, timeline
from aspa.web.customers import lines
from aspa.web.customers import panel as sections
from aspa.web.customers.sections.timeline import newest as newest_lines
from aspa.web.desk.doors import for_agents, is_part
from aspa.web.desk.views.lists import desk_context

if TYPE_CHECKING:
    from aspa.core.conversations.models import Conversation
    from aspa.core.people.models import Contact
    from aspa.web.desk.doors import AgentRequest

PAGE = 30
WORDS = 100


@for_agents
def page(request: AgentRequest, contact_id: int) -> HttpResponse:
    """The whole page, or for a script the customer in the desk's open place."""
    # Before anything is read, as the stream goes on from there.
    around = {} if is_part(request) else desk_context(request)
    contact = access.contact_for(request.user, contact_id)
    if contact.merged_into_id is not None:
        return redirect("customers:page", contact.merged_into_id)
    context = {**around, **_head(request, contact), **_timeline(request, contact), "customer": contact}
    return render(request, "customers/page.html" if around else "customers/whole.html", context)


@for_agents
def head(request: AgentRequest, contact_id: int) -> HttpResponse:
    contact = access.contact_for(request.user, contact_id)
    return render(request, "customers/head.html", _head(request, contact))


@for_agents
def panel(request: AgentRequest, contact_id: int) -> HttpResponse:
    """The sections: beside a `conversation` of the customer's, or those of the page."""
    contact = access.contact_for(request.user, contact_id)
    conversation = _conversation(request, contact)
    if conversation is not None:
        contact = conversation.contact
    place = sections.PANEL if conversation else sections.PAGE
    shown = sections.shown(request.user, contact, conversation, place=place)
    return render(request, "customers/sections.html", {"sections": shown})


@for_agents
def newest(request: AgentRequest, contact_id: int) -> HttpResponse:
    """The newest of the timeline, beside the `conversation`."""
    contact = access.contact_for(request.user, contact_id)
    conversation = _conversation(request, contact)
    if conversation is None:
        raise Http404("It stands beside a conversation.")
    found = newest_lines(request.user, conversation.contact, conversation)
    return render(request, "customers/newest.html", {"lines": found})


@for_agents
def lines_part(request: AgentRequest, contact_id: int) -> HttpResponse:
    """Lines of the timeline: of the kinds and with the words asked for, from a place on (`before`)."""
    contact = access.contact_for(request.user, contact_id)
    return render(request, "customers/lines.html", _timeline(request, contact))


def _head(request: AgentRequest, contact: Contact) -> dict[str, Any]:
    if not contact.name:
        contact.known_as = _address(contact)
    return {
        "contact": contact,
        "language_name": dict(settings.LANGUAGES).get(contact.language, ""),
        "may_edit": contact.erased_at is None and rights.may(request.user, contact, Role.Permission.REPLY),
    }


def _address(contact: Contact) -> str:
    """By which to call somebody who hasn't told their name; the proven one first."""
    told = contact.identities.filter(kind__in=(Identity.Kind.EMAIL, Identity.Kind.PHONE))
    best = min(told, key=lambda identity: (not identity.is_verified, identity.pk), default=None)
    return best.value if best else ""


def _timeline(request: AgentRequest, contact: Contact) -> dict[str, Any]:
    kinds, words = request.GET.getlist("kind"), request.GET.get("q", "").strip()[:WORDS]
    before = timeline.place(request.GET.get("before", ""))
    found = timeline.page(request.user, contact, kinds=kinds, words=words, before=before, count=PAGE)
    return {
        "contact": contact,
        "sources": sorted(timeline.open_to(request.user, contact), key=lambda source: str(source.name)),
        "groups": lines.grouped(found.lines, after=before.at if before else None),
        "next": found.next,
        "goes_on": before is not None,
        "kinds": kinds,
        "sought": words,
    }


def _conversation(request: AgentRequest, contact: Contact) -> Conversation | None:
    """The one that is asked for: the customer's, or of the record that theirs has been merged with since the page was drawn."""
    given = request.GET.get("conversation", "")
    if not given:
        return None
    found = access.conversation_for(request.user, row_id(given) or 0)
    if found.contact_id != contact.pk and not merging.are_joined(found.contact_id, contact.pk):
        raise Http404("Not a conversation of this customer.")
    return found
