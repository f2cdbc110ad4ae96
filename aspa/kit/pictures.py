"""Pictures that people send to be shown: decoded and encoded anew, so that nothing but the picture survives (no script,
no camera position)."""

from __future__ import annotations

import io
import warnings
from threading import Lock
from typing import IO

from PIL import Image, ImageOps, UnidentifiedImageError

from aspa.kit.files import Refused

FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
ACCEPT = "image/png,image/jpeg,image/webp,image/gif"
MOST_BYTES = 8 * 1024 * 1024
# A file of some kilobytes may unpack to gigabytes of picture. JPEGs can be unpacked small at once, others only whole.
MOST_PIXELS = 25_000_000
MOST_PIXELS_OF_PHOTOS = 50_000_000
# A whole picture takes some hundred megabytes for a second or two: several at once would be more than many a server has.
_one_at_a_time = Lock()


def read(upload: IO[bytes], longest: int) -> Image.Image:
    """The picture upright, in RGB or RGBA, at most `longest` pixels on a side.

    Raises Refused: too_large (bytes) | pixels | image (none that we know).
    """
    if (getattr(upload, "size", 0) or 0) > MOST_BYTES:
        raise Refused("too_large")
    try:
        with _one_at_a_time, warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(upload, formats=FORMATS)
            if image.width * image.height > (MOST_PIXELS_OF_PHOTOS if image.format == "JPEG" else MOST_PIXELS):
                raise Refused("pixels")
            return _small(image, longest)
    except Refused:
        raise
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError, Warning) as error:
        raise Refused("image") from error


def _small(image: Image.Image, longest: int) -> Image.Image:
    """Made small before anything else is done with it, since each step makes another copy."""
    image.draft("RGB", (longest, longest))
    image.load()
    mode = "RGBA" if image.has_transparency_data else "RGB"
    if image.mode != mode:
        image = image.convert(mode)
    image.thumbnail((longest, longest))
    ImageOps.exif_transpose(image, in_place=True)
    return image


def webp(image: Image.Image) -> bytes:
    encoded = io.BytesIO()
    image.save(encoded, "WEBP", quality=86, method=5)
    return encoded.getvalue()
