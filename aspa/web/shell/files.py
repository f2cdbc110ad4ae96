"""Files over HTTP: what agents send and get, and the public pictures of agents and brands."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from django.contrib.auth.decorators import login_required
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from aspa.core.conversations import access, attachments
from aspa.core.conversations.changing import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aspa.core.conversations.models import Attachment

CHUNK = 64 * 1024
PICTURE = re.compile(r"[A-Za-z0-9_-]+\.(webp|png|jpe?g|gif)")
PICTURE_TYPES = {
    "webp": "image/webp",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
}


@require_GET
@login_required
def attachment(request: HttpRequest, public_id: str, name: str = "") -> FileResponse:
    """A file of a conversation that the agent may read; 404 to others."""
    agent: Any = request.user
    found = access.attachment_for(agent, public_id)
    return on_our_pages(found)


def on_our_pages(found: Attachment) -> FileResponse:
    """The file for pages of ours alone. Raises Http404 when the disk no longer has it."""
    try:
        response = attachments.served(found)
    except FileNotFoundError:
        raise Http404("The file is gone.") from None
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


@require_GET
def picture(request: HttpRequest, folder: str, name: str) -> HttpResponse:
    """The picture of an agent or a brand. Customers see these too, on the shop's pages."""
    # A new picture gets a new name.
    return shown_picture(folder, name, cache="public, max-age=31536000, immutable")


def shown_picture(folder: str, name: str, *, cache: str) -> HttpResponse:
    """Raises Http404 when there is none of that name."""
    if not PICTURE.fullmatch(name):
        raise Http404("No such picture.")
    try:
        with default_storage.open(f"{folder}/{name}") as file:
            content = file.read()
    except FileNotFoundError:
        raise Http404("No such picture.") from None
    return HttpResponse(
        content,
        content_type=PICTURE_TYPES[name.rsplit(".", 1)[1]],
        headers={
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Cross-Origin-Resource-Policy": "cross-origin",
            "Cache-Control": cache,
        },
    )


@require_POST
@login_required
def upload(request: HttpRequest) -> JsonResponse:
    """Take a file: as a form's `file`, or raw with its name percent-encoded in X-File-Name."""
    agent: Any = request.user
    try:
        if not access.reach(agent).may_anywhere(access.Permission.REPLY):
            raise Refused(_("You may not send files."), code="forbidden")
        chunks, name = _sent_file(request)
        stored = attachments.store(chunks, name=name, agent=agent)
    except Refused as refused:
        error = {"code": refused.code, "text": str(refused)}
        return JsonResponse({"error": error}, status=attachments.STATUS.get(refused.code, 403))
    return JsonResponse(shown(stored), status=201)


def shown(stored: Attachment) -> dict[str, Any]:
    """An attachment as pages and programs know it."""
    return {
        "id": stored.public_id,
        "name": stored.name,
        "type": stored.content_type,
        "size": stored.size,
        "url": reverse("shell_file", args=[stored.public_id, stored.name]),
        "width": stored.width,
        "height": stored.height,
    }


def _sent_file(request: HttpRequest) -> tuple[Iterable[bytes], str]:
    """The file in pieces, and its name."""
    if request.content_type == "multipart/form-data":
        file = request.FILES.get("file")
        if file is None:
            raise Refused(_("There was no file."), code="empty")
        return file.chunks(), file.name or ""
    # Read from the stream: Django's limit of a body in memory is meant for forms.
    return iter(lambda: request.read(CHUNK), b""), unquote(request.headers.get("X-File-Name", ""))
