"""Pictures and videos that are pasted, dropped or chosen in the editor."""

from __future__ import annotations

from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from aspa.kit.files import Refused
from aspa.service.knowledge import media
from aspa.web.content.doors import AgentRequest, version_for, writer


@require_POST
@writer
def upload(request: AgentRequest, version_id: int) -> HttpResponse:
    """Take the form's `file`: {"url", "kind"}, or {"text"} with what is wrong."""
    version = version_for(request.user, version_id)
    file = request.FILES.get("file")
    if file is None:
        return JsonResponse({"text": _("There was no file.")}, status=400)
    alt = request.POST.get("alt", "")
    try:
        if (file.content_type or "").startswith("video/"):
            kept = media.keep_video(version.brand, file.chunks(), alt=alt, by=request.user)
        else:
            kept = media.keep_picture(version.brand, file, alt=alt, by=request.user)
    except Refused as refused:
        return JsonResponse({"text": _problem(refused)}, status=413 if refused.code == "too_large" else 415)
    return JsonResponse({"url": kept.url, "kind": kept.kind}, status=201)


def _problem(refused: Refused) -> str:
    if refused.code == "too_large":
        return _("The file is too large: pictures can have 8 MB, videos 200 MB.")
    if refused.code == "pixels":
        return _("The picture has too many pixels.")
    return _("Use a PNG, JPEG, WebP or GIF picture, or an MP4 or WebM video.")
