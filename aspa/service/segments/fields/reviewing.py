"""What the customer has said of products."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from aspa.service.reviews.models import Review
from aspa.service.segments.fields.kinds import Field, Last, Several, Tally

GROUP = _("Reviews")


def fields(brand: int) -> Iterator[Field]:
    """Nothing where nobody has reviewed anything."""
    rows = Review.objects.filter(brand=brand)
    if not rows.exists():
        return
    yield Tally(key="reviews", name=_("Product reviews"), group=GROUP, rows=rows)
    yield Several(
        key="review_stars",
        name=_("Stars given"),
        group=GROUP,
        rows=rows,
        path="stars",
        choices=tuple((str(number), str(number)) for number in range(1, 6)),
    )
    yield Last(key="last_review", name=_("Last review"), group=GROUP, rows=rows, at="created_at")
