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
    from django.db.models.fields.files import FieldFile

    from aspa.web.helpsite.readers import HelpRequest


@require_safe
@for_readers
def picture(request: HelpRequest, public_id: str) -> HttpResponse:
    """Asked for again each time: what is hidden is gone at once."""
    found = published.picture_for(request.brand, public_id, contact=request.contact, is_staff=doors.is_staff(request))
    if found is None:
        raise Http404("No such picture.")
    response = _sent(found.file, "image/webp")
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
    response = _sent(found.file, "application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(True, found.name) or "attachment"
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


def _sent(file: FieldFile, content_type: str) -> HttpResponse:
    """What is in the file, able to do nothing in a browser."""
    try:
        with file.open("rb") as opened:
            response = HttpResponse(opened.read(), content_type=content_type)
    except FileNotFoundError:
        raise Http404("The file is gone.") from None
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
