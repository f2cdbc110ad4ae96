"""Pictures that people upload of themselves and their brands: decoded, cropped and encoded anew, so that nothing but
the picture survives (no script, no camera position)."""

from __future__ import annotations

import io
import warnings
from typing import IO

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from aspa.kit.ids import new_public_id

FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
ACCEPT = "image/png,image/jpeg,image/webp,image/gif"
MOST_BYTES = 8 * 1024 * 1024
MOST_PIXELS = 40_000_000
FACE = 256
LOGO = 512


def face(upload: IO[bytes]) -> ContentFile[bytes]:
    """A square of FACE pixels. Raises ValidationError when it isn't a picture we know."""
    return _webp(ImageOps.fit(_read(upload), (FACE, FACE)))


def logo(upload: IO[bytes]) -> ContentFile[bytes]:
    """At most LOGO pixels on a side, proportions kept. Raises ValidationError when it isn't a picture we know."""
    image = _read(upload)
    image.thumbnail((LOGO, LOGO))
    return _webp(image)


def _read(upload: IO[bytes]) -> Image.Image:
    if (getattr(upload, "size", 0) or 0) > MOST_BYTES:
        raise ValidationError(_("The picture is too large: at most 8 MB."), code="too_large")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(upload, formats=FORMATS)
            if image.width * image.height > MOST_PIXELS:
                raise ValidationError(_("The picture has too many pixels."), code="too_large")
            image.load()
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError, Warning) as error:
        raise ValidationError(
            _("This isn't a picture that Aspa knows: use PNG, JPEG, WebP or GIF."), code="unknown"
        ) from error
    upright = ImageOps.exif_transpose(image)
    return upright.convert("RGBA" if upright.has_transparency_data else "RGB")


def _webp(image: Image.Image) -> ContentFile[bytes]:
    encoded = io.BytesIO()
    image.save(encoded, "WEBP", quality=86, method=5)
    return ContentFile(encoded.getvalue(), name=f"{new_public_id()}.webp")
