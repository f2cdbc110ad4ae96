"""Files of agents' replies that become public with them: pictures are shown, encoded anew, others are downloads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aspa.core.conversations.models import Attachment
from aspa.kit import files
from aspa.kit.ids import is_client_id
from aspa.service.community import pictures
from aspa.service.community.models import Answer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet
    from PIL.Image import Image

    from aspa.core.conversations.models import Message

MOST = pictures.MOST
MOST_BYTES = 8 * 1024 * 1024


def pictures_of(message: Message) -> list[Image]:
    """Raises Refused for one that can't be shown: a picture is never published as it came, with where it was taken."""
    shown = [one for one in message.attachments.order_by("pk") if one.content_type in files.INLINE]
    return pictures.read(one.file.open("rb") for one in shown)


def downloads(answers: Iterable[Answer]) -> dict[int, list[Attachment]]:
    """By answer: what else stood in the replies that they were published from."""
    of = {answer.message_id: answer.pk for answer in answers if answer.message_id}
    found: dict[int, list[Attachment]] = {}
    if of:
        for one in _others().filter(message__in=of).order_by("pk"):
            found.setdefault(of[one.message_id or 0], []).append(one)
    return found


def download(answer: Answer, public_id: str) -> Attachment | None:
    """One of this answer's."""
    if not answer.message_id or not is_client_id(public_id):
        return None
    return _others().filter(message=answer.message_id, public_id=public_id).first()


def _others() -> QuerySet[Attachment]:
    return Attachment.objects.exclude(content_type__in=sorted(files.INLINE))
