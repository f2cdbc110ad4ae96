"""Pictures and videos of our own that articles show."""

from __future__ import annotations

from collections.abc import Iterable
from typing import IO, TYPE_CHECKING

from django.core.files.base import ContentFile, File

from aspa.kit import clock, files, pictures
from aspa.kit.files import Refused
from aspa.kit.ids import new_public_id
from aspa.kit.text import clean
from aspa.service.knowledge.models import Media

if TYPE_CHECKING:
    from aspa.core.inboxes.models import Brand
    from aspa.core.people.models import Agent

# Wider ones would only make pages slow: the text is 720 pixels wide, and screens show two for one.
MOST_PIXELS_ON_A_SIDE = 1600
MOST_VIDEO_BYTES = 200 * 1024 * 1024
ENDINGS = {"video/mp4": ".mp4", "video/webm": ".webm"}


def keep_picture(brand: Brand, upload: IO[bytes], *, alt: str, by: Agent | None) -> Media:
    """Encoded anew, so that nothing but the picture stays. Raises kit's `Refused`."""
    image = pictures.read(upload)
    image.thumbnail((MOST_PIXELS_ON_A_SIDE, MOST_PIXELS_ON_A_SIDE))
    content = pictures.webp(image)
    name = f"{new_public_id()}-{image.width}x{image.height}.webp"
    return Media.objects.create(
        brand=brand,
        kind=Media.Kind.PICTURE,
        file=ContentFile(content, name=name),
        width=image.width,
        height=image.height,
        size=len(content),
        alt=clean(alt)[:250],
        uploaded_by=by,
        at=clock.now(),
    )


def keep_video(brand: Brand, chunks: Iterable[bytes], *, alt: str, by: Agent | None) -> Media:
    """As it came, if its bytes are those of an MP4 or WebM file. Raises kit's `Refused`."""
    received = files.receive(chunks, name="video", limit=MOST_VIDEO_BYTES)
    with received.file:
        if received.content_type not in ENDINGS:
            raise Refused("type")
        name = f"{new_public_id()}{ENDINGS[received.content_type]}"
        return Media.objects.create(
            brand=brand,
            kind=Media.Kind.VIDEO,
            file=File(received.file, name=name),
            size=received.size,
            alt=clean(alt)[:250],
            uploaded_by=by,
            at=clock.now(),
        )
