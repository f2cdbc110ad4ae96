"""Photos of reviews: encoded anew and bounded, hidden until somebody has looked at them."""

from __future__ import annotations

import dataclasses
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from aspa.core.conversations.changing import Refused
from aspa.kit import clock, pictures
from aspa.kit.ids import new_token
from aspa.service.moderation.states import State
from aspa.service.reviews import figures
from aspa.service.reviews.models import Photo, Review

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

MOST = 4
LARGEST, SMALL = 1600, 320  # pixels of the longer side


@dataclasses.dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it is kept: WebP of at most LARGEST pixels on a side, and a small one."""

    large: bytes
    small: bytes
    width: int
    height: int


def read(upload: IO[bytes]) -> Picture:
    """Raises kit.files.Refused for what isn't a picture that we take."""
    image = pictures.read(upload, LARGEST)
    width, height = image.size
    large = pictures.webp(image)
    image.thumbnail((SMALL, SMALL))
    return Picture(large, pictures.webp(image), width, height)


@contextmanager
def storing(chosen: Sequence[Picture]) -> Iterator[list[Photo]]:
    """The pictures in the storage, as rows that aren't saved yet; nothing stays there when the block fails."""
    if len(chosen) > MOST:
        raise Refused(_("At most %(most)s photos fit in one review.") % {"most": MOST}, code="photos")
    stored: list[Photo] = []
    try:
        for picture in chosen:
            photo = Photo(width=picture.width, height=picture.height)
            stored.append(photo)
            photo.file.save(_name(), ContentFile(picture.large), save=False)
            photo.small.save(_name(), ContentFile(picture.small), save=False)
        yield stored
    except BaseException:
        remove_files(stored)
        raise


def change(review: Review, new: Sequence[Photo], *, without: Collection[str]) -> None:
    """Give the review these photos more, and take those away; in the transaction that writes it."""
    known = list(review.photos.all())
    gone = [photo for photo in known if photo.public_id in without]
    if len(new) + len(known) - len(gone) > MOST:
        raise Refused(_("At most %(most)s photos fit in one review.") % {"most": MOST}, code="photos")
    if not new and not gone:
        return
    review.photos.filter(pk__in=[photo.pk for photo in gone]).delete()
    transaction.on_commit(lambda: remove_files(gone))
    for photo in new:
        photo.review, photo.at = review, clock.now()
        photo.save()
    _settle(review)


def decide(review: Review, shown: Collection[str], hidden: Collection[str]) -> None:
    """Staff has looked: the photos with these public ids are shown from now on, those hidden."""
    with transaction.atomic():
        current = Review.objects.select_for_update().get(pk=review.pk)
        current.photos.filter(public_id__in=shown).update(state=State.PUBLISHED)
        current.photos.filter(public_id__in=hidden).update(state=State.HIDDEN)
        _settle(current)
        figures.touch(current.product_id)


def show_waiting(review: Review) -> None:
    """Whoever published the review has seen them; in the transaction that publishes it."""
    review.photos.filter(state=State.HELD).update(state=State.PUBLISHED)
    _settle(review)


def remove_files(gone: Sequence[Photo]) -> None:
    for photo in gone:
        for file in (photo.file, photo.small):
            if file:
                default_storage.delete(file.name)


def _settle(review: Review) -> None:
    """How many are shown, and since when some wait."""
    states = list(review.photos.values_list("state", flat=True))
    review.photo_count = states.count(State.PUBLISHED)
    review.photos_wait_since = (review.photos_wait_since or clock.now()) if State.HELD in states else None
    review.save(update_fields=["photo_count", "photos_wait_since"])


def _name() -> str:
    return f"{new_token()}.webp"
