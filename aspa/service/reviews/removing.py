"""Reviews that go: their author deletes them, or is erased."""

from __future__ import annotations

from django.db import transaction

from aspa.service.moderation import submitting
from aspa.service.reviews import figures, photos
from aspa.service.reviews.models import Review
from aspa.service.reviews.moderated import KIND


def remove(review: Review) -> None:
    """The review with all that belongs to it, its photos' files and its part in the product's figures."""
    with transaction.atomic():
        # First, as moderation locks its item before the review.
        submitting.withdraw(KIND, review.pk)
        current = Review.objects.select_for_update().filter(pk=review.pk).first()
        if current is None:
            return
        gone = list(current.photos.all())
        if current.is_shown:
            figures.gone(current.product_id, current.stars)
        current.delete()
        transaction.on_commit(lambda: photos.remove_files(gone))


def erase(contact_ids: list[int], limit: int) -> int:
    """What these people wrote; at most `limit`. Returns how many."""
    theirs = Review.objects.filter(contact__in=contact_ids).order_by("pk")[:limit]
    return remove_all(list(theirs.values_list("pk", flat=True)))


def remove_all(keys: list[int]) -> int:
    found = list(Review.objects.filter(pk__in=keys))
    for review in found:
        remove(review)
    return len(found)
