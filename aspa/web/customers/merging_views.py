"""Two records of one person: found, compared, merged, and taken apart again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.db.models.functions import Lower
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from aspa.core.conversations.changing import Refused
from aspa.core.people.models import Contact, Identity, Role
from aspa.kit import text
from aspa.service.merging import merging, proving, suggesting
from aspa.service.merging.models import Merge
from aspa.service.timeline import rights
from aspa.web.customers.doors import changed
from aspa.web.customers.sections.duplicates import may_undo
from aspa.web.desk.doors import for_agents, refused

if TYPE_CHECKING:
    from aspa.core.people.models import Agent
    from aspa.web.desk.doors import AgentRequest

FOUND, SHOWN = 8, 12


@require_safe
@for_agents
def find_same(request: AgentRequest, contact_id: int) -> HttpResponse:
    """Others of the brand by name, address or phone, as they are written."""
    contact = rights.contact_for(request.user, contact_id, may=Role.Permission.REPLY)
    words = text.clean(request.GET.get("with", ""))[:160]
    page = {"contact": contact, "words": words, "found": _found(contact, words) if words else []}
    return render(request, "customers/find_same.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
@for_agents
def compare(request: AgentRequest, contact_id: int, other_id: int) -> HttpResponse:
    """Side by side, with what proves it; POST merges the other into this one."""
    contact, other = _both(request.user, contact_id, other_id)
    may_decide = rights.may(request.user, contact, Role.Permission.MODERATE)
    if request.method == "POST":
        # Without a reason only proof counts.
        reason = request.POST.get("reason", "") if may_decide else ""
        try:
            merging.merge(other, into=contact, by=request.user, reason=reason)
        except Refused as refusal:
            return refused(refusal)
        return changed(_("Merged. It can be taken apart below."))
    proof = proving.proof_of(contact, other)
    page = {
        "contact": contact,
        "other": other,
        "both": [_shown(contact), _shown(other)],
        "proof": Merge.Proof(proof).label if proof else "",
        "may_decide": may_decide,
    }
    return render(request, "customers/compare.html", page)


@require_POST
@for_agents
def different(request: AgentRequest, contact_id: int, other_id: int) -> HttpResponse:
    contact, other = _both(request.user, contact_id, other_id)
    suggesting.are_different(contact, other, by=request.user)
    return changed(_("They are suggested no more."))


@require_POST
@for_agents
def unmerge(request: AgentRequest, contact_id: int, merge_id: int) -> HttpResponse:
    contact = rights.contact_for(request.user, contact_id, may=Role.Permission.REPLY)
    made = get_object_or_404(Merge.objects.select_related("target"), pk=merge_id, target=contact)
    if not may_undo(request.user, made):
        raise PermissionDenied
    try:
        merging.unmerge(made, by=request.user)
    except Refused as refusal:
        return refused(refusal)
    return changed(_("They are two again."))


def _both(agent: Agent, contact_id: int, other_id: int) -> tuple[Contact, Contact]:
    contact = rights.contact_for(agent, contact_id, may=Role.Permission.REPLY)
    return contact, rights.contact_for(agent, other_id, may=Role.Permission.REPLY)


def _found(contact: Contact, words: str) -> list[Contact]:
    of_brand = Contact.objects.filter(brand=contact.brand_id, merged_into=None, erased_at=None).exclude(pk=contact.pk)
    known = Identity.objects.filter(brand=contact.brand_id, value=words.lower()).exclude(kind=Identity.Kind.VISITOR)
    by_name = of_brand.annotate(lower=Lower("name")).filter(lower=words.lower()).order_by("pk")[:FOUND]
    by_identity = of_brand.filter(Q(pk__in=known.values("contact"))).order_by("pk")[:FOUND]
    return list({one.pk: one for one in (*by_identity, *by_name)}.values())[:FOUND]


def _shown(contact: Contact) -> dict[str, Any]:
    wordless = (Identity.Kind.VISITOR, Identity.Kind.STRONG, Identity.Kind.CUSTOMER)
    known = Identity.objects.filter(contact=contact).exclude(kind__in=wordless)
    return {"contact": contact, "identities": known.order_by("pk")[:SHOWN]}
