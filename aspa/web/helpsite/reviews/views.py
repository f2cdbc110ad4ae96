"""Reviews on the help site: which products have some, and those of one product."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from aspa.core.conversations.changing import Refused
from aspa.kit import text
from aspa.service.knowledge import switches
from aspa.service.moderation import standing
from aspa.service.reviews import policies, products, purchases, reading, voting, writing
from aspa.service.reviews.models import Product
from aspa.service.reviews.moderated import KIND
from aspa.service.reviews.reading import Asked
from aspa.web.helpsite import guards, sitemap
from aspa.web.helpsite.readers import for_readers, for_signed_in
from aspa.web.helpsite.reviews import photos, schema
from aspa.web.helpsite.showing import address, require_kind, shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from django.http import HttpResponse

    from aspa.core.inboxes.models import Brand
    from aspa.service.reviews.models import Review
    from aspa.web.helpsite.readers import HelpRequest

ORDERS = {"newest": _("Newest"), "helpful": _("Most helpful"), "best": _("Best"), "worst": _("Worst")}


@require_safe
@for_readers
@require_kind("review")
def listed(request: HelpRequest) -> HttpResponse:
    """The products that have reviews; for who has signed in also what they could review."""
    after = request.GET.get("after", "")
    found, following = reading.products(request.brand.pk, after=after)
    values = {
        "products": found,
        "next": f"{request.path}?{urlencode({'after': following})}" if following else "",
        "bought": _still_to_review(request) if request.contact and not after else [],
    }
    return shown(request, "helpsite/reviews/list.html", values, index=not after)


@require_safe
@for_readers
@require_kind("review")
def product(request: HelpRequest, sku: str) -> HttpResponse:
    """One product's reviews, filtered and in an order; the next ones by keyset."""
    asked = _asked(request)
    found = reading.product(request.brand.pk, sku) or _unreviewed(request.brand, sku)
    page = reading.of_product(found, asked) if found.pk else reading.Page((), "")
    values = {
        **_values(request, found, page.reviews),
        "chips": _chips(request, asked),
        "orders": [(name, _with(request, order=key), asked.order == key) for key, name in ORDERS.items()],
        "next": _with(request, after=page.next) if page.next else "",
    }
    return shown(
        request,
        "helpsite/reviews/product.html",
        values,
        canonical=request.path,
        index=bool(found.count) and not request.GET,
    )


@require_safe
@for_readers
@require_kind("review")
def one(request: HelpRequest, public_id: str) -> HttpResponse:
    """One review by itself, as a letter leads to it: among the others it may stand far down."""
    review = reading.review(request.brand.pk, public_id)
    if review is None:
        raise Http404("No such review.")
    everything = address(request, "reviews-product", sku=review.product.sku)
    values = {**_values(request, review.product, [review]), "everything": everything}
    return shown(request, "helpsite/reviews/product.html", values, canonical=everything, alternates={}, index=False)


@require_POST
@for_signed_in
@require_kind("review")
def helpful(request: HelpRequest, public_id: str) -> HttpResponse:
    """The reader says that a review was helpful, or takes it back."""
    review = reading.review(request.brand.pk, public_id)
    if review is None or request.contact is None:
        raise Http404("No such review.")
    if not guards.too_fast(request):
        # Their own one has no button; whoever sends it all the same sees that nothing has changed.
        with suppress(Refused):
            voting.find_helpful(review, request.contact)
    return redirect(f"{address(request, 'reviews-product', sku=review.product.sku)}#{review.public_id}")


def _values(request: HelpRequest, found: Product, reviews: Sequence[Review]) -> dict[str, Any]:
    _add(request, reviews)
    return {
        "product": found,
        "bars": [(stars, found.distribution[stars - 1], _share(found, stars)) for stars in range(5, 0, -1)],
        "reviews": reviews,
        "mine": _mine(request, found.sku),
        "buyers_only": policies.policy_of(request.brand.pk).buyers_only,
        "data": schema.product(request.brand, found, reviews),
        "description": text.preview(reviews[0].text, 150) if reviews else "",
    }


def _asked(request: HelpRequest) -> Asked:
    given = request.GET
    stars, order = given.get("stars", ""), given.get("order", "")
    return Asked(
        order=order if order in ORDERS else "newest",
        stars=int(stars) if stars in {"1", "2", "3", "4", "5"} else 0,
        with_photos=given.get("photos") == "1",
        language=request.language if given.get("mine") == "1" else "",
        after=given.get("after", ""),
    )


def _with(request: HelpRequest, **changed: str) -> str:
    """This page's address with some of what is asked otherwise; it begins anew unless a place is given."""
    known = {key: request.GET[key] for key in ("order", "stars", "photos", "mine") if request.GET.get(key)}
    asked = {key: value for key, value in {**known, **changed}.items() if value}
    return f"{request.path}?{urlencode(asked)}" if asked else request.path


def _chips(request: HelpRequest, asked: Asked) -> list[tuple[Any, str, bool]]:
    """(words, address, is on)"""
    stars = [
        (number, _with(request, stars="" if asked.stars == number else str(number)), asked.stars == number)
        for number in range(5, 0, -1)
    ]
    return [
        *stars,
        (_("With photos"), _with(request, photos="" if asked.with_photos else "1"), asked.with_photos),
        (_("In my language"), _with(request, mine="" if asked.language else "1"), bool(asked.language)),
    ]


def _unreviewed(brand: Brand, sku: str) -> Product:
    """A product of the shop's that nobody has reviewed yet. Raises Http404 for what the shop doesn't sell."""
    told = products.told(brand.pk, sku)
    if told is None:
        raise Http404("No such product.")
    return Product(brand=brand, sku=sku, name=told.name, url=told.url, image_url=told.image_url)


def _add(request: HelpRequest, reviews: Any) -> None:
    """What the template needs of each: its photos' addresses, and what the reader has said of it."""
    voted = reading.found_helpful(request.contact, reviews) if request.contact else set()
    for review in reviews:
        review.pictures = [
            (photos.address(request.brand, one), photos.address(request.brand, one, small=True), one)
            for one in review.shown_photos
        ]
        review.is_voted = review.pk in voted
        review.is_own = request.contact is not None and review.contact_id == request.contact.pk


def _mine(request: HelpRequest, sku: str) -> dict[str, Any] | None:
    """What the reader has written of it, and how that stands."""
    mine: Review | None = writing.mine(request.contact, sku) if request.contact else None
    if mine is None:
        return None
    state = standing.of(KIND, [mine.pk]).get(mine.pk)
    return {"review": mine, "words": state.words if state else ""}


def _still_to_review(request: HelpRequest) -> list[purchases.Bought]:
    assert request.contact is not None
    done = writing.skus_of(request.contact)
    return [bought for bought in purchases.of(request.contact) if bought.sku not in done][:6]


def _share(found: Product, stars: int) -> int:
    """Percent."""
    return round(100 * found.distribution[stars - 1] / found.count) if found.count else 0


def _places(brand: Brand) -> Iterator[sitemap.Place]:
    if not switches.is_on(brand.pk, "review"):
        return
    for found in Product.objects.filter(brand=brand, reviewed_at__isnull=False).iterator():
        parts = {"brand": brand.slug, "language": brand.language, "sku": found.sku}
        yield reverse("helpsite:reviews-product", kwargs=parts), found.changed_at


sitemap.register("reviews", _places)
