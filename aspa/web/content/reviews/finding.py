"""Which reviews staff looks at: by shelf, brand, stars and product, the newest first, by keyset."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from aspa.kit import keyset, text
from aspa.kit.ids import row_id
from aspa.service.moderation.states import State
from aspa.service.reviews.models import Review

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.utils.functional import Promise

    from aspa.core.inboxes.models import Brand

PAGE = 30

SHELVES: dict[str, tuple[str | Promise, Q]] = {
    "unanswered": (_("Without an answer"), Q(state=State.PUBLISHED, answer__isnull=True)),
    "held": (_("Waiting"), Q(state=State.HELD)),
    "photos": (_("Photos to look at"), Q(photos_wait_since__isnull=False)),
    "bad": (_("One or two stars"), Q(stars__lte=2)),
    "hidden": (_("Hidden"), Q(state__in=(State.HIDDEN, State.REMOVED))),
    "all": (_("All"), Q()),
}


@dataclasses.dataclass(frozen=True, slots=True)
class Asked:
    """`brand` empty: all of `brands`. `words` are looked for in the product's name and code."""

    brands: tuple[int, ...]
    shelf: str
    brand: int
    words: str
    after: str

    @property
    def query(self) -> dict[str, Any]:
        """As it stands in an address, without the place."""
        told = {"shelf": self.shelf, "brand": self.brand or "", "q": self.words}
        return {key: value for key, value in told.items() if value}


def asked(given: Mapping[str, str], brands: Sequence[Brand]) -> Asked:
    mine = {brand.pk for brand in brands}
    brand = row_id(given.get("brand", "")) or 0
    shelf = given.get("shelf", "")
    return Asked(
        brands=tuple(sorted(mine)),
        shelf=shelf if shelf in SHELVES else "all",
        brand=brand if brand in mine else 0,
        words=text.clean(given.get("q", "")[:100]),
        after=given.get("after", ""),
    )


def page(asked: Asked) -> tuple[Sequence[Review], str]:
    """The reviews, and the place from which the next page goes on."""
    brands = (asked.brand,) if asked.brand else asked.brands
    rows = Review.objects.filter(SHELVES[asked.shelf][1], brand__in=brands)
    if asked.words:
        rows = rows.filter(Q(product__name__icontains=asked.words) | Q(product__sku__iexact=asked.words))
    around = rows.select_related("product", "brand", "contact", "answer").defer("brand__identity_secret")
    return keyset.page(around, "-created_at", after=asked.after, most=PAGE)
