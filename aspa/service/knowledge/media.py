"""Pictures and videos of our own that articles show, from their upload until nothing uses them any more."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from typing import IO, TYPE_CHECKING

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.db import transaction

from aspa.kit import clock, files, pictures
from aspa.kit.files import Refused
from aspa.kit.ids import new_public_id
from aspa.kit.text import clean
from aspa.service.knowledge import switches
from aspa.service.knowledge.models import Draft, Media, Revision, State, Version

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from aspa.core.inboxes.models import Brand
    from aspa.core.people.models import Agent

# Wider ones would only make pages slow: the text is 720 pixels wide, and screens show two for one.
MOST_PIXELS_ON_A_SIDE = 1600
MOST_VIDEO_BYTES = 200 * 1024 * 1024
ENDINGS = {"video/mp4": ".mp4", "video/webm": ".webm"}
FOLDER = "content"
# In Markdown and in what became of it.
ADDRESS = re.compile(r"/files/(?:pictures/content|videos)/([A-Za-z0-9_-]+\.[a-z0-9]+)")
# What was uploaded lately may stand in a text that nobody has saved yet.
LEFT_ALONE = dt.timedelta(days=7)
REMOVED_AT_ONCE = 200


def keep_picture(brand: Brand, upload: IO[bytes], *, alt: str, by: Agent | None) -> Media:
    """Encoded anew, so that nothing but the picture stays. Raises kit's `Refused`."""
    image = pictures.read(upload, MOST_PIXELS_ON_A_SIDE)
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


def note_shown(version: Version) -> None:
    """Which files its html shows, in the transaction that publishes it."""
    version.media.set(Media.objects.filter(file__in={_path(name) for name in ADDRESS.findall(version.html)}))


def named(name: str) -> Media | None:
    return Media.objects.select_related("brand").filter(file=_path(name)).first()


def is_public(media: Media) -> bool:
    """Whether something that everybody may read shows it."""
    shown = media.shown_in.filter(state=State.PUBLISHED, article__audience="all")
    return shown.filter(article__kind__in=switches.on(media.brand_id)).exists()


def remove_unused() -> int:
    """Remove the files that no text has any more, be it a draft's or a revision's; returns how many."""
    old = Media.objects.filter(at__lt=clock.now() - LEFT_ALONE, shown_in=None)
    if not old.exists():
        return 0
    kept = _written_of()
    unused = [pk for pk, file in old.values_list("pk", "file") if file not in kept]
    for start in range(0, len(unused), REMOVED_AT_ONCE):
        _remove(old.filter(pk__in=unused[start : start + REMOVED_AT_ONCE]))
    return len(unused)


def _written_of() -> set[str]:
    """The paths of all files that some text names."""
    found: set[str] = set()
    for model in (Version, Draft, Revision):
        bodies = model._base_manager.filter(body__contains="/files/").values_list("body", flat=True)
        for body in bodies.iterator(chunk_size=200):
            found.update(_path(name) for name in ADDRESS.findall(body))
    return found


def _remove(unused: QuerySet[Media]) -> None:
    """Rows first: a file without a row does no harm, a row without its file would."""
    with transaction.atomic():
        paths = [str(one.file.name) for one in unused.select_for_update(of=("self",))]
        unused.model.objects.filter(file__in=paths).delete()
    for path in paths:
        default_storage.delete(path)


def _path(name: str) -> str:
    return f"{FOLDER}/{name}"
