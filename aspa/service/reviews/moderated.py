"""Reviews as moderation knows them: what its decisions do to them, and how staff sees them in the queue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from aspa.kit import clock
from aspa.service.moderation.kinds import Shown
from aspa.service.moderation.models import Decision
from aspa.service.moderation.states import Action, State
from aspa.service.reviews import figures, photos, reacting
from aspa.service.reviews.models import Review

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.utils.functional import Promise

KIND = "review"


class Reviews:
    key = KIND
    name: str | Promise = _("Review")
    icon = "star"

    def becomes(self, key: int, state: State) -> None:
        review = Review.objects.select_for_update().filter(pk=key).first()
        if review is None or review.state == state:
            return
        was_shown = review.is_shown
        review.state = state
        if review.is_shown and review.published_at is None:
            review.published_at = clock.now()
        review.save(update_fields=["state", "published_at"])
        if was_shown:
            figures.gone(review.product_id, review.stars)
        if review.is_shown:
            figures.come(review.product_id, review.stars)
            if _has_been_seen(review):
                photos.show_waiting(review)
            reacting.look_at(review)

    def shown(self, keys: Collection[int]) -> dict[int, Shown]:
        found = Review.objects.filter(pk__in=keys).select_related("product").prefetch_related("photos")
        return {
            review.pk: Shown(
                title=review.title,
                text=review.text,
                pictures=tuple(
                    reverse("content:review_photo", args=[photo.public_id]) for photo in review.photos.all()
                ),
                about=f"{review.product} · {review.name}",
                stars=review.stars,
                url=reverse("content:review", args=[review.pk]),
            )
            for review in found
        }


def _has_been_seen(review: Review) -> bool:
    """Whether somebody published it by hand, its waiting photos before their eyes."""
    by_hand = Decision.objects.filter(item__kind=KIND, item__key=review.pk, action=Action.PUBLISH, undone_at=None)
    return review.photos_wait_since is not None and by_hand.filter(at__gte=review.photos_wait_since).exists()
