"""Files that agents add, and files of conversations they may read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from aspa.core.conversations import access, attachments
from aspa.core.conversations.changing import Refused
from aspa.web.desk.doors import for_agents, refused

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

    from aspa.web.desk.doors import AgentRequest


@require_POST
@for_agents
def upload(request: AgentRequest) -> HttpResponse:
    """201 {"id", "name", "type", "size", "url", "width", "height"} for the form's `file`; 409 when refused."""
    given = request.FILES.get("file")
    if given is None:
        return HttpResponse(status=400)
    try:
        kept = attachments.store(given, name=given.name or "", agent=request.user)
    except Refused as refusal:
        return refused(refusal)
    return JsonResponse(
        {
            "id": kept.public_id,
            "name": kept.name,
            "type": kept.content_type,
            "size": kept.size,
            "url": reverse("desk:file", args=[kept.public_id]),
            "width": kept.width,
            "height": kept.height,
        },
        status=201,
    )


@require_GET
def show(request: HttpRequest, public_id: str) -> HttpResponseBase:
    # Not `for_agents`: a file never changes and its address is known only here, so the browser may keep it.
    if not request.user.is_authenticated:
        return HttpResponse(status=404)
    return attachments.served(access.attachment_for(request.user, public_id))
