"""Files: stored before their message is sent, shown safely afterwards."""

from __future__ import annotations

import datetime as dt
import mimetypes
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.http import FileResponse
from django.utils.translation import gettext as _
from PIL import Image

from aspa.core.conversations.changing import Refused
from aspa.core.conversations.models import Attachment
from aspa.kit import clock, text

if TYPE_CHECKING:
    from django.core.files.base import File

    from aspa.core.inboxes.models import Inbox
    from aspa.core.people.models import Agent

# What a browser may show on our own address: pictures that were really decoded. All else is a download.
IMAGE_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "GIF": "image/gif", "WEBP": "image/webp"}
# Programs and pages that run where they are opened; nobody needs them to explain a problem.
REFUSED_ENDINGS = (
    ".exe", ".msi", ".bat", ".cmd", ".com", ".scr", ".ps1", ".vbs", ".js", ".jar", ".html", ".htm", ".xhtml", ".svg",
    ".hta", ".lnk", ".apk", ".dll", ".sh",
)  # fmt: skip
MOST_PIXELS = 60_000_000
# Long enough for a draft that waits over a weekend.
UNSENT_FOR = dt.timedelta(days=7)


def store(
    file: File[bytes],
    *,
    name: str,
    content_type: str = "",
    agent: Agent | None = None,
    inbox: Inbox | None = None,
    visitor: str = "",
) -> Attachment:
    """Keep an uploaded file for the one who will send it: `agent`, or `visitor` (a token hash) in `inbox`.

    The type is what the content shows for pictures, else what the name says; the sender's word counts for nothing.
    Raises Refused (codes empty, too_large, type).
    """
    name = text.clean(name.replace("\\", "/").rsplit("/", 1)[-1])[:200] or "file"
    if not file.size:
        raise Refused(_("The file is empty."), code="empty")
    if file.size > settings.ASPA_UPLOAD_BYTES:
        megabytes = settings.ASPA_UPLOAD_BYTES // (1024 * 1024)
        raise Refused(_("The file is too large: at most %(size)s MB.") % {"size": megabytes}, code="too_large")
    if name.lower().endswith(REFUSED_ENDINGS):
        raise Refused(_("This type of file can't be sent."), code="type")
    picture_type, width, height = _picture(file)
    guessed = mimetypes.guess_type(name)[0] or "application/octet-stream"
    if picture_type is None and guessed.startswith("image/"):
        guessed = "application/octet-stream"
    attachment = Attachment(
        inbox=inbox,
        agent=agent,
        visitor=visitor,
        name=name,
        content_type=picture_type or guessed,
        size=file.size,
        width=width,
        height=height,
        created_at=clock.now(),
    )
    file.seek(0)
    attachment.file.save(attachment.public_id, file, save=False)
    attachment.save(force_insert=True)
    return attachment


def _picture(file: File[bytes]) -> tuple[str | None, int | None, int | None]:
    """The picture's type and size in pixels, as it is turned when shown; Nones when it isn't a picture."""
    file.seek(0)
    try:
        with Image.open(file, formats=list(IMAGE_TYPES)) as image:
            if image.width * image.height > MOST_PIXELS:
                return None, None, None
            turned = image.getexif().get(0x0112, 1) in (5, 6, 7, 8)
            width, height = (image.height, image.width) if turned else image.size
            return IMAGE_TYPES[image.format or ""], width, height
    except (OSError, ValueError, KeyError, SyntaxError, Image.DecompressionBombError):
        return None, None, None


def sweep(limit: int = 500) -> int:
    """Forget files whose message was never sent, oldest first; returns how many."""
    with transaction.atomic():
        unsent = Attachment.objects.select_for_update().filter(message=None, created_at__lt=clock.now() - UNSENT_FOR)
        found = list(unsent.order_by("pk")[:limit])
        Attachment.objects.filter(pk__in=[attachment.pk for attachment in found]).delete()
    for attachment in found:
        attachment.file.delete(save=False)
    return len(found)


def served(attachment: Attachment) -> FileResponse:
    """The file as an answer: verified pictures in place, everything else as a download that can't run."""
    inline = attachment.is_image and attachment.content_type in IMAGE_TYPES.values()
    response = FileResponse(
        attachment.file.open("rb"),
        as_attachment=not inline,
        filename=attachment.name,
        content_type=attachment.content_type if inline else "application/octet-stream",
    )
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, max-age=86400, immutable"
    return response
