"""Pictures under what customers wrote, for those who may see that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from aspa.service.community import published
from aspa.web.helpsite.community import doors
from aspa.web.helpsite.readers import for_readers

if TYPE_CHECKING:
    from aspa.web.helpsite.readers import HelpRequest


@require_safe
@for_readers
def picture(request: HelpRequest, public_id: str) -> HttpResponse:
    """Asked for again each time: what is hidden is gone at once."""
    found = published.picture_for(request.brand, public_id, contact=request.contact, is_staff=doors.is_staff(request))
    if found is None:
        raise Http404("No such picture.")
    try:
        with found.file.open("rb") as file:
            response = HttpResponse(file.read(), content_type="image/webp")
    except FileNotFoundError:
        raise Http404("The file is gone.") from None
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "public, no-cache" if published.is_public(found) else "private, no-store"
    return response
