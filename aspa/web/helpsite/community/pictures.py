"""Pictures and files under questions and answers, for those who may see these."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from aspa.service.community import published, sharing
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


@require_safe
@for_readers
@doors.switched_on
def download(request: HelpRequest, pk: int, public_id: str, file: str) -> HttpResponse:
    """A file of staff's answer; it never opens in the browser."""
    found = sharing.download(doors.answer_for(request, pk), public_id)
    if found is None:
        raise Http404("No such file.")
    try:
        with found.file.open("rb") as opened:
            response = HttpResponse(opened.read(), content_type="application/octet-stream")
    except FileNotFoundError:
        raise Http404("The file is gone.") from None
    response["Content-Disposition"] = content_disposition_header(True, found.name) or "attachment"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return response
