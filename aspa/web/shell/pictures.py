"""Pictures that people upload of themselves and their brands: cropped and encoded anew (`aspa.kit.pictures`)."""

from __future__ import annotations

from typing import IO

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from aspa.kit import pictures
from aspa.kit.files import Refused
from aspa.kit.ids import new_public_id

ACCEPT = pictures.ACCEPT
FACE = 256
LOGO = 512


def face(upload: IO[bytes]) -> ContentFile[bytes]:
    """A square of FACE pixels. Raises ValidationError when it isn't a picture we know."""
    return _webp(ImageOps.fit(_read(upload, 4 * FACE), (FACE, FACE)))


def logo(upload: IO[bytes]) -> ContentFile[bytes]:
    """At most LOGO pixels on a side, proportions kept. Raises ValidationError when it isn't a picture we know."""
    return _webp(_read(upload, LOGO))


def _read(upload: IO[bytes], longest: int) -> Image.Image:
    try:
        return pictures.read(upload, longest)
    except Refused as refused:
        raise ValidationError(problem(refused), code=refused.code) from refused


def problem(refused: Refused) -> str:
    """What the person is told whose picture isn't taken."""
    if refused.code == "too_large":
        return _("The picture is too large: at most 8 MB.")
    if refused.code == "pixels":
        return _("The picture has too many pixels.")
    return _("This isn't a picture that Aspa knows: use PNG, JPEG, WebP or GIF.")


def _webp(image: Image.Image) -> ContentFile[bytes]:
    return ContentFile(pictures.webp(image), name=f"{new_public_id()}.webp")
