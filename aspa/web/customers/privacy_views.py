"""Consents written down by an agent, a copy of everything, erasure, and numbers taken out of a conversation."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from aspa.core.conversations import access
from aspa.core.conversations.changing import Refused
from aspa.core.inboxes.channel import channels
from aspa.core.people.models import Role
from aspa.kit import text
from aspa.service.privacy import consents, copying, erasing, purposes, redacting
from aspa.service.privacy.models import Copy, Erasure
from aspa.service.timeline import rights
from aspa.web.customers.doors import changed
from aspa.web.customers.sections.consents import worded
from aspa.web.desk.doors import for_agents, refused

if TYPE_CHECKING:
    from aspa.core.people.models import Contact
    from aspa.web.desk.doors import AgentRequest

PRIVACY = Role.Permission.PRIVACY
LONGEST_REASON = 300
# Why, as far as it is one of the choices: our own never stands for one of the restored.
REASONS = [(value, label) for value, label in Erasure.Reason.choices if value != Erasure.Reason.RESTORED]


@require_http_methods(["GET", "POST"])
@for_agents
def consent(request: AgentRequest, contact_id: int) -> HttpResponse:
    """Write down what the customer said, and why it is written."""
    contact = _living(request, contact_id)
    asked = purposes.in_use(contact.brand_id)
    if request.method == "POST":
        try:
            _write_down(request, contact, {purpose.key for purpose in asked})
        except Refused as refusal:
            return refused(refusal)
        return changed()
    context = {
        "contact": contact,
        "purposes": asked,
        "channels": channels(),
        "history": worded(consents.history(contact), contact.brand_id),
    }
    return render(request, "customers/consent.html", context)


def _write_down(request: AgentRequest, contact: Contact, known: set[str]) -> None:
    purpose, channel, said = (request.POST.get(name, "") for name in ("purpose", "channel", "said"))
    reason = text.clean(request.POST.get("reason", "")).strip()[:LONGEST_REASON]
    if purpose not in known or channel not in {"", *(one.key for one in channels())} or said not in {"yes", "no"}:
        raise Refused(_("Choose what the customer agrees to, and whether."))
    if not reason:
        raise Refused(_("Write how you know: what the customer said, and where."))
    say = consents.give if said == "yes" else consents.withdraw
    if say(contact, purpose, channel, how="agent", by=request.user, reason=reason) is None:
        raise Refused(_("That is so already."))


@require_POST
@for_agents
def order_copy(request: AgentRequest, contact_id: int) -> HttpResponse:
    copying.order(_living(request, contact_id), by=request.user)
    return changed(_("The copy is being made. It appears here in a moment."))


@require_GET
@for_agents
def copy(request: AgentRequest, contact_id: int, public_id: str) -> HttpResponse:
    """The ZIP, never shown in place."""
    contact = rights.contact_for(request.user, contact_id, may=PRIVACY)
    found = Copy.objects.filter(contact=contact, public_id=public_id).first()
    try:
        if found is None:
            raise FileNotFoundError
        file = copying.take(found, by=request.user)
    except FileNotFoundError:
        raise Http404("No such copy.") from None
    answer = FileResponse(
        file, as_attachment=True, filename=f"customer-{contact.pk}.zip", content_type="application/zip"
    )
    return cast(HttpResponse, answer)


@require_http_methods(["GET", "POST"])
@for_agents
def erase(request: AgentRequest, contact_id: int) -> HttpResponse:
    contact = _living(request, contact_id)
    if request.method == "POST":
        reason = request.POST.get("reason", "")
        if reason not in dict(REASONS) or request.POST.get("sure") != "yes":
            return refused(Refused(_("Choose why, and tick that you are sure.")))
        erasing.erase(contact, by=request.user, reason=Erasure.Reason(reason))
        return changed(_("The customer is being erased."))
    return render(request, "customers/erase.html", {"contact": contact, "reasons": REASONS})


@require_http_methods(["GET", "POST"])
@for_agents
def redact(request: AgentRequest, conversation_id: int) -> HttpResponse:
    """Take card, identity and account numbers out of a conversation, for good."""
    conversation = access.conversation_for(request.user, conversation_id, may=PRIVACY)
    if request.method == "GET":
        return render(request, "customers/redact.html", {"conversation": conversation})
    if not redacting.redact(conversation, by=request.user):
        return changed(_("No such numbers were found."))
    # The page that is open still shows them.
    return HttpResponse(status=204, headers={"HX-Refresh": "true"})


def _living(request: AgentRequest, contact_id: int) -> Contact:
    contact = rights.contact_for(request.user, contact_id, may=PRIVACY)
    if contact.erased_at is not None:
        raise Http404("The customer was erased.")
    return contact
