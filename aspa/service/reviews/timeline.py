"""Reviews in the customer's timeline, each when it was written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aspa.kit import text
from aspa.service.moderation.states import State
from aspa.service.reviews.models import Review
from aspa.service.timeline import sources

if TYPE_CHECKING:
    from collections.abc import Sequence

TONES = {State.HELD: "promise", State.HIDDEN: "late", State.REMOVED: "late"}


class ReviewsTold(sources.Source):
    key = "reviews"
    name = gettext_lazy("Reviews")
    icon = "star"
    model = Review

    def entries(self, asked: sources.Asked) -> Sequence[sources.Entry]:
        rows = Review.objects.filter(contact=asked.contact).select_related("product")
        if asked.words:
            rows = rows.filter(asked.holding("title", "text", "product__name"))
        return [
            sources.Entry(
                at=review.created_at,
                pk=review.pk,
                title=_("Gave %(stars)s of 5 stars: %(product)s") % {"stars": review.stars, "product": review.product},
                text=text.preview(review.title or review.text),
                url=reverse("content:review", args=[review.pk]),
                state="" if review.is_shown else str(State(review.state).label),
                tone=TONES.get(State(review.state), ""),
            )
            for review in asked.older(rows, at="created_at")
        ]
