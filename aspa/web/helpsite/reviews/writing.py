"""Writing a review, for who has signed in on the help site."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from aspa.service.moderation import authors
from aspa.service.reviews import products, removing, writing
from aspa.web.helpsite.readers import for_signed_in
from aspa.web.helpsite.reviews import forms
from aspa.web.helpsite.showing import address, require_kind, shown

if TYPE_CHECKING:
    from django.http import HttpResponse

    from aspa.web.helpsite.readers import HelpRequest


@require_http_methods(["GET", "HEAD", "POST"])
@for_signed_in
@require_kind("review")
def page(request: HelpRequest, sku: str) -> HttpResponse:
    """The form, with what they wrote before; it says so when the product isn't theirs to review."""
    contact = request.contact
    known = writing.mine(contact, sku) if contact else None
    told = products.told(request.brand.pk, sku)
    if contact is None or (told is None and known is None and not writing.may_write(contact, sku)):
        raise Http404("No such product.")
    back = address(request, "reviews-product", sku=sku)
    if request.method == "POST" and "remove" in request.POST and known is not None:
        removing.remove(known)
        return redirect(back if told else address(request, "reviews"))
    filled = forms.begun(contact, known, request.language, request.GET.get("stars", ""))
    if request.method == "POST":
        refused = forms.take(request, contact, sku)
        if refused is None:
            return redirect(f"{back}#mine")
        filled = refused
    values = {
        **filled.values,
        "name": told.name if told else (str(known.product) if known else sku),
        "mine": known,
        "is_late": known is not None and not authors.may_edit(known.created_at, authors.OPINION),
        "may_write": known is not None or writing.may_write(contact, sku),
        "back": back,
    }
    return shown(request, "helpsite/reviews/write.html", values, status=filled.status, index=False, fresh=True)
