"""What others may read of reviews: the published ones, page by page, by index and never counted."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from django.db.models import Prefetch, Q

from aspa.kit.keyset import number_of, place_at, place_of
from aspa.service.moderation.states import State
from aspa.service.reviews.models import Helpful, Photo, Product, Review
from aspa.service.reviews.products import is_code

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from django.db.models import QuerySet

    from aspa.core.people.models import Contact

# How a product's reviews may stand: the field, and whether the greatest comes first.
ORDERS = {
    "newest": ("published_at", True),
    "helpful": ("helpful", True),
    "best": ("stars", True),
    "worst": ("stars", False),
}


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
    at, pk = place_of(after)
    if at is not None:
        rows = rows.filter(Q(reviewed_at__lt=at) | Q(reviewed_at=at, pk__lt=pk))
    found = list(rows.order_by("-reviewed_at", "-pk")[: most + 1])
    last = found[most - 1] if len(found) > most else None
    return found[:most], place_at(last.reviewed_at, last.pk) if last and last.reviewed_at else ""


def of_product(product: Product, asked: Asked) -> Page:
    """Its published reviews with their answers and published photos: three queries."""
    name, greatest_first = ORDERS.get(asked.order, ORDERS["newest"])
    rows = published().filter(product=product)
    if asked.stars:
        rows = rows.filter(stars=asked.stars)
    if asked.with_photos:
        rows = rows.filter(photo_count__gt=0)
    if asked.language:
        rows = rows.filter(language=asked.language)
    if asked.after and (condition := _beyond(name, greatest_first, asked.after)):
        rows = rows.filter(condition)
    sign = "-" if greatest_first else ""
    found = list(rows.order_by(f"{sign}{name}", f"{sign}pk")[: asked.most + 1])
    last = found[asked.most - 1] if len(found) > asked.most else None
    return Page(found[: asked.most], place_at(getattr(last, name), last.pk) if last else "")


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


def _beyond(name: str, greatest_first: bool, after: str) -> Q | None:
    side = "lt" if greatest_first else "gt"
    value: object
    if name == "published_at":
        value, pk = place_of(after)
    else:
        number, pk = number_of(after)
        value = None if number is None else min(number, 2**31 - 1)
    if value is None:
        return None
    return Q(**{f"{name}__{side}": value}) | Q(**{name: value, f"pk__{side}": pk})
