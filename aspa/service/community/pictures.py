"""Pictures under what customers write: taken small and few, and encoded anew."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

from django.core.files.base import ContentFile
from django.utils.translation import gettext as _

from aspa.core.conversations.changing import Refused
from aspa.kit import clock, files, pictures
from aspa.service.community.models import Answer, Picture, Question

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PIL.Image import Image

    from aspa.core.people.models import Contact

MOST = 3
LONGEST_SIDE = 1600  # pixels
PLACES = {Question: "question", Answer: "answer"}


def read(uploads: Iterable[IO[bytes]]) -> list[Image]:
    """The pictures. Raises Refused for too many, and for what isn't a picture or is too large."""
    images = []
    for number, upload in enumerate(uploads):
        if number == MOST:
            raise Refused(_("At most %(most)s pictures can be sent at once.") % {"most": MOST}, code="too_many")
        try:
            images.append(pictures.read(upload, LONGEST_SIDE))
        except files.Refused as refusal:
            if refusal.code == "too_large":
                raise Refused(_("A picture is too large: at most 8 MB."), code="too_large") from refusal
            raise Refused(_("A picture is broken or too large."), code="image") from refusal
    return images


def keep(images: Iterable[Image], *, under: Question | Answer, contact: Contact | None) -> None:
    """In the transaction that writes what they stand under. Without a contact they are staff's."""
    for image in images:
        picture = Picture(contact=contact, width=image.width, height=image.height, at=clock.now())
        setattr(picture, PLACES[type(under)], under)
        picture.file.save(f"{picture.public_id}.webp", ContentFile(pictures.webp(image)), save=False)
        picture.save()


def remove(under: Question | Answer) -> None:
    """With their files."""
    for picture in under.pictures.all():
        picture.file.delete(save=False)
        picture.delete()
