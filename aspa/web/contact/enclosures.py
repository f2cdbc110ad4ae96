"""Files sent with a form. They are kept while the form is being put right, so that nobody chooses them again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext as _

from aspa.channels.form.channel import FILES_LIMIT as MOST
from aspa.channels.form.channel import visitor_of
from aspa.core.conversations import attachments
from aspa.core.conversations.changing import Refused
from aspa.core.conversations.models import Attachment
from aspa.web.live import bodies

if TYPE_CHECKING:
    from django.http import HttpRequest

    from aspa.core.inboxes.models import Inbox
    from aspa.web.contact.stamps import Stamp

# Of all files that come at once (`bodies.MOST`).
MEGABYTES = settings.ASPA_UPLOAD_BYTES // (1024 * 1024)


def take(request: HttpRequest, inbox: Inbox, stamp: Stamp) -> tuple[list[Attachment], list[str]]:
    """The form's files, those that came earlier and those that come now, and what is wrong with others."""
    kept = _kept(request, inbox, stamp)
    if bodies.is_cut(request):
        return kept, [too_large()]
    problems = []
    for upload in request.FILES.getlist("files"):
        if len(kept) == MOST:
            problems.append(_("At most %(most)s files can be sent at once.") % {"most": MOST})
            break
        try:
            file = attachments.store(upload.chunks(), name=upload.name or "", inbox=inbox, visitor=visitor_of(stamp.id))
        except Refused as refusal:
            problems.append(f"{upload.name}: {refusal}")
        else:
            kept.append(file)
    return kept, problems


def too_large() -> str:
    words = _("The files are larger than %(megabytes)s MB together. Choose fewer or smaller ones.")
    return words % {"megabytes": MEGABYTES}


def _kept(request: HttpRequest, inbox: Inbox, stamp: Stamp) -> list[Attachment]:
    mine = Attachment.objects.filter(inbox=inbox, visitor=visitor_of(stamp.id))
    return list(mine.filter(public_id__in=request.POST.getlist("kept")[:MOST]).order_by("pk"))
