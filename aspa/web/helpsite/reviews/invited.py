"""Reviews of what was in an order, for who follows the signed link of its invitation: nobody has to sign in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from aspa.service.moderation import authors, standing
from aspa.service.reviews import inviting, purchases, removing, writing
from aspa.service.reviews.moderated import KIND
from aspa.web.helpsite.readers import for_readers
from aspa.web.helpsite.reviews import forms
from aspa.web.helpsite.showing import address, require_kind, shown

if TYPE_CHECKING:
    from django.http import HttpResponse

    from aspa.service.reviews.models import Invitation
    from aspa.web.helpsite.readers import HelpRequest


@require_safe
@for_readers
@require_kind("review")
def page(request: HelpRequest, token: str) -> HttpResponse:
    """What was in the order, and what they have said of it so far."""
    invitation = _invitation(request, token)
    bought = purchases.in_order(invitation.order)
    reviews = {one.sku: writing.mine(invitation.contact, one.sku) for one in bought}
    states = standing.of(KIND, [review.pk for review in reviews.values() if review])
    lines = [
        (
            one,
            address(request, "reviews-invited-write", token=token, sku=one.sku),
            reviews[one.sku],
            states[review.pk].words if (review := reviews[one.sku]) and review.pk in states else "",
        )
        for one in bought
    ]
    values = {
        "lines": lines,
        "number": invitation.order.number,
        "stop": address(request, "reviews-invited-stop", token=token),
    }
    return shown(request, "helpsite/reviews/invited.html", values, index=False, fresh=True)


@require_http_methods(["GET", "HEAD", "POST"])
@for_readers
@require_kind("review")
def write(request: HelpRequest, token: str, sku: str) -> HttpResponse:
    invitation = _invitation(request, token)
    found = next((one for one in purchases.in_order(invitation.order) if one.sku == sku), None)
    if found is None:
        raise Http404("Not in this order.")
    back = address(request, "reviews-invited", token=token)
    known = writing.mine(invitation.contact, sku)
    if request.method == "POST" and "remove" in request.POST and known is not None:
        removing.remove(known)
        return redirect(back)
    filled = forms.begun(invitation.contact, known, request.language, request.GET.get("stars", ""))
    if request.method == "POST":
        refused = forms.take(request, invitation.contact, sku)
        if refused is None:
            return redirect(back)
        filled = refused
    values = {
        **filled.values,
        "name": found.name,
        "mine": known,
        "is_late": known is not None and not authors.may_edit(known.created_at, authors.OPINION),
        "may_write": True,
        "back": back,
    }
    return shown(request, "helpsite/reviews/write.html", values, status=filled.status, index=False, fresh=True)


@require_http_methods(["GET", "HEAD", "POST"])
@for_readers
def stop(request: HelpRequest, token: str) -> HttpResponse:
    """They don't want to be asked again. A click in the letter asks first: mail programs follow links by themselves."""
    invitation = _invitation(request, token)
    if request.method == "POST":
        inviting.decline(invitation.contact)
    values = {"is_done": request.method == "POST"}
    return shown(request, "helpsite/reviews/stop.html", values, index=False, fresh=True)


def _invitation(request: HelpRequest, token: str) -> Invitation:
    try:
        return inviting.opened(request.brand, token)
    except LookupError as error:
        raise Http404("No such invitation.") from error
