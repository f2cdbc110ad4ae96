"""Files: judged and stored before their message is sent, shown safely afterwards."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.http import FileResponse
from django.utils.translation import gettext as _

from aspa.core.conversations.changing import Refused
from aspa.core.conversations.models import Attachment
from aspa.kit import clock, files

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aspa.core.inboxes.models import Inbox
    from aspa.core.people.models import Agent

# Long enough for a draft that waits over a weekend.
UNSENT_FOR = dt.timedelta(days=7)
# The HTTP status that fits each refusal.
STATUS = {"empty": 422, "too_large": 413, "type": 415, "image": 422}


def store(
    chunks: Iterable[bytes], *, name: str, agent: Agent | None = None, inbox: Inbox | None = None, visitor: str = ""
) -> Attachment:
    """Judge a file and keep it for the one who will send it, as `keep`. Raises Refused (codes: those of STATUS)."""
    with files.Receiving(settings.ASPA_UPLOAD_BYTES) as receiving:
        try:
            for chunk in chunks:
                receiving.write(chunk)
            return keep(receiving.finish(name), agent=agent, inbox=inbox, visitor=visitor)
        except files.Refused as refusal:
            raise refused(refusal) from refusal


def keep(
    received: files.Received,
    *,
    agent: Agent | None = None,
    inbox: Inbox | None = None,
    visitor: str = "",
) -> Attachment:
    """Keep a judged file for the one who will send it: an agent, or the visitor (a token hash) in an inbox."""
    attachment = stored(received, agent=agent, inbox=inbox, visitor=visitor)
    attachment.save(force_insert=True)
    return attachment


def stored(
    received: files.Received,
    *,
    agent: Agent | None = None,
    inbox: Inbox | None = None,
    visitor: str = "",
    content_id: str = "",
    is_inline: bool = False,
) -> Attachment:
    """As `keep`, but its row is left to the caller, who saves many at once: writing files takes time.

    `content_id` and `is_inline`: as on `Attachment`.
    """
    return Attachment(
        inbox=inbox,
        agent=agent,
        visitor=visitor,
        content_id=content_id[:200],
        is_inline=is_inline,
        name=received.name,
        content_type=received.content_type,
        size=received.size,
        width=received.width,
        height=received.height,
        file=files.store(received, "attachments"),
        created_at=clock.now(),
    )


def refused(refusal: files.Refused) -> Refused:
    """The refusal in words."""
    megabytes = settings.ASPA_UPLOAD_BYTES // (1024 * 1024)
    text = {
        "empty": _("The file is empty."),
        "too_large": _("The file is too large: at most %(size)s MB.") % {"size": megabytes},
        "type": _("Files of this kind can't be sent here."),
        "image": _("The picture is broken or too large."),
    }[refusal.code]
    return Refused(text, code=refusal.code)


def sweep(limit: int = 500) -> int:
    """Forget files whose message was never sent, oldest first; returns how many."""
    with transaction.atomic():
        unsent = Attachment.objects.select_for_update().filter(
            message=None, held=None, created_at__lt=clock.now() - UNSENT_FOR
        )
        found = list(unsent.order_by("pk")[:limit])
        Attachment.objects.filter(pk__in=[attachment.pk for attachment in found]).delete()
    for attachment in found:
        attachment.file.delete(save=False)
    return len(found)


def served(attachment: Attachment) -> FileResponse:
    """The file as an answer: verified pictures in place, everything else as a download that can't run."""
    inline = attachment.is_image and files.safe_inline(attachment.content_type)
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
