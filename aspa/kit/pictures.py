"""Pictures that people send to be shown: decoded and encoded anew, so that nothing but the picture survives (no script,
no camera position)."""

from __future__ import annotations

import io
import warnings
from typing import IO

from PIL import Image, ImageOps, UnidentifiedImageError

from aspa.kit.files import Refused

FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
ACCEPT = "image/png,image/jpeg,image/webp,image/gif"
MOST_BYTES = 8 * 1024 * 1024
# A small file may unpack to gigabytes of picture.
MOST_PIXELS = 40_000_000


def read(upload: IO[bytes]) -> Image.Image:
    """The picture upright, in RGB or RGBA. Raises Refused: too_large (bytes) | pixels | image (none that we know)."""
    if (getattr(upload, "size", 0) or 0) > MOST_BYTES:
        raise Refused("too_large")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(upload, formats=FORMATS)
            if image.width * image.height > MOST_PIXELS:
                raise Refused("pixels")
            image.load()
    except Refused:
        raise
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError, Warning) as error:
        raise Refused("image") from error
    upright = ImageOps.exif_transpose(image)
    return upright.convert("RGBA" if upright.has_transparency_data else "RGB")


def webp(image: Image.Image) -> bytes:
    encoded = io.BytesIO()
    image.save(encoded, "WEBP", quality=86, method=5)
    return encoded.getvalue()
