"""What others may read of reviews: the published ones, page by page, by index and never counted."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from django.db.models import Prefetch

from aspa.kit import keyset
from aspa.service.moderation.states import State
from aspa.service.reviews.models import Helpful, Photo, Product, Review
from aspa.service.reviews.products import is_code

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from django.db.models import QuerySet

    from aspa.core.people.models import Contact

# How a product's reviews may stand, as keysets are told it.
ORDERS = {"newest": "-published_at", "helpful": "-helpful", "best": "-stars", "worst": "stars"}


@dataclasses.dataclass(frozen=True, slots=True)
class Page:
    """`next`: the place from which the next page goes on; empty on the last one."""

    reviews: Sequence[Review]
    next: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """`stars`: only those with so many (0: all). `after`: the place at which the page before ended."""

    order: str = "newest"
    stars: int = 0
    with_photos: bool = False
    language: str = ""
    after: str = ""
    most: int = 10


def product(brand_id: int, sku: str) -> Product | None:
    """The product, if somebody has reviewed it; its figures are of the published ones."""
    return Product.objects.filter(brand=brand_id, sku=sku).first() if is_code(sku) else None


def facts(brand_id: int, skus: Collection[str]) -> Mapping[str, Product]:
    """The figures of these products, by code; of those that have any published review."""
    asked = [sku for sku in skus if is_code(sku)]
    return {one.sku: one for one in Product.objects.filter(brand=brand_id, sku__in=asked, count__gt=0)}


def products(brand_id: int, *, after: str = "", most: int = 24) -> tuple[Sequence[Product], str]:
    """The products with published reviews, those lately reviewed first, and the place to go on from."""
    rows = Product.objects.filter(brand=brand_id, reviewed_at__isnull=False)
    return keyset.page(rows, "-reviewed_at", after=after, most=most)


def of_product(product: Product, asked: Asked) -> Page:
    """Its published reviews with their answers and published photos: three queries."""
    rows = published().filter(product=product)
    if asked.stars:
        rows = rows.filter(stars=asked.stars)
    if asked.with_photos:
        rows = rows.filter(photo_count__gt=0)
    if asked.language:
        rows = rows.filter(language=asked.language)
    by = ORDERS.get(asked.order, ORDERS["newest"])
    return Page(*keyset.page(rows, by, after=asked.after, most=asked.most))


def review(brand_id: int, public_id: str) -> Review | None:
    return published().filter(brand=brand_id, public_id=public_id).select_related("product").first()


def photo(brand_id: int, public_id: str) -> Photo | None:
    """One that others may see: staff has looked at it, and its review is published."""
    shown = Photo.objects.filter(state=State.PUBLISHED, review__state=State.PUBLISHED, review__brand=brand_id)
    return shown.filter(public_id=public_id).first()


def found_helpful(contact: Contact, reviews: Sequence[Review]) -> set[int]:
    """Which of these the reader has said to be helpful."""
    return set(Helpful.objects.filter(contact=contact, review__in=reviews).values_list("review", flat=True))


def published() -> QuerySet[Review]:
    """What others see, each with its answer and, in `shown_photos`, the photos that others see, too."""
    photos = Prefetch("photos", Photo.objects.filter(state=State.PUBLISHED), to_attr="shown_photos")
    return Review.objects.filter(state=State.PUBLISHED).select_related("answer").prefetch_related(photos)
