"""Reviews for a shop's system: read as everybody reads them, and asked for after an order."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated, Any

from django.http import Http404
from ninja import Query, Router, Schema
from pydantic import Field

from aspa.core.conversations.changing import Refused
from aspa.core.inboxes.models import Brand
from aspa.service.commerce.models import Order
from aspa.service.reviews import inviting, purchases, reading
from aspa.service.reviews.reading import Asked
from aspa.web.helpsite import showing
from aspa.web.helpsite.reviews import photos
from aspa.web.rest import doors, shapes
from aspa.web.rest.doors import ForScope, Problem
from aspa.web.rest.models import Scope

if TYPE_CHECKING:
    from django.http import HttpRequest

    from aspa.service.reviews.models import Product, Review
    from aspa.web.rest.models import Key

    class KeyRequest(HttpRequest):
        """A request that a key has opened."""

        auth: Key
else:
    from django.http import HttpRequest as KeyRequest

PAGE = 50
MOST_RATINGS = 100
ERRORS = dict.fromkeys((401, 403, 422, 429), shapes.Error)
Sku = Annotated[str, Field(min_length=1, max_length=200)]

router = Router()


class PhotoOut(Schema):
    url: str
    width: int
    height: int


class AnswerOut(Schema):
    name: str
    title: str
    text: str
    at: dt.datetime


class ReviewOut(Schema):
    id: str
    stars: int
    title: str
    text: str
    name: str = Field(description="As the customer chose to be shown.")
    language: str
    is_buyer: bool = Field(description="Checked against an order.")
    published_at: dt.datetime
    edited_at: dt.datetime | None
    helpful: int
    photos: list[PhotoOut]
    answer: AnswerOut | None


class RatingOut(Schema):
    sku: str
    name: str
    average: float = Field(description="1 to 5; 0 without any review.")
    count: int
    distribution: list[int] = Field(description="How many gave one star, two, … five.")


class ReviewsOut(RatingOut):
    """The newest first. `before` is for the next page, empty on the last."""

    reviews: list[ReviewOut]
    before: str


class RatingsOut(Schema):
    ratings: list[RatingOut]


class InvitationIn(Schema):
    order: shapes.Id = Field(description="The order's id in your system.")


class InvitedOut(Schema):
    sku: str
    name: str


class InvitationOut(Schema):
    url: str = Field(description="For the buyer alone: whoever follows it writes in their name.")
    expires_at: dt.datetime
    letter_at: dt.datetime | None = Field(
        description="When Aspa's own letter leaves; none when the shop sends the link."
    )
    products: list[InvitedOut]


@router.get(
    "/reviews",
    auth=ForScope(Scope.READ),
    response={200: ReviewsOut, 404: shapes.Error, **ERRORS},
    summary="Reviews of a product",
    operation_id="reviews",
)
def reviews(request: KeyRequest, sku: Sku, before: str = "") -> Any:
    """The published reviews of a product, fifty at a time, with what they come to."""
    brand = _brand(request)
    product = reading.product(brand.pk, doors.storable(sku))
    if product is None:
        raise Http404
    page = reading.of_product(product, Asked(after=doors.place(before), most=PAGE))
    return {**_rating(product), "reviews": [_review(brand, one) for one in page.reviews], "before": page.next}


@router.get(
    "/ratings",
    auth=ForScope(Scope.READ),
    response={200: RatingsOut, **ERRORS},
    summary="Averages of products",
    operation_id="ratings",
)
def ratings(request: KeyRequest, sku: Annotated[list[Sku], Query(min_length=1, max_length=MOST_RATINGS)]) -> Any:
    """Of up to a hundred products (`sku` once for each); those that have no review are left out."""
    found = reading.facts(request.auth.source.brand_id, [doors.storable(one) for one in sku])
    return {"ratings": [_rating(found[key]) for key in sorted(found)]}


@router.post(
    "/review-invitations",
    auth=ForScope(Scope.INGEST),
    response={200: InvitationOut, 404: shapes.Error, **ERRORS},
    summary="Ask a buyer for reviews",
    operation_id="review_invitation",
)
def invite(request: KeyRequest, asked: InvitationIn) -> Any:
    """The invitation of one of your orders. Asking again gives the same one; no second letter is sent."""
    known = Order.known().filter(source=request.auth.source_id, external_id=doors.storable(asked.order))
    order = known.select_related("source", "contact").defer("source__settings").first()
    if order is None:
        raise Http404
    try:
        invitation = inviting.invite(order)
    except Refused as refused:
        raise Problem(422, WHY[refused.code], code=refused.code) from None
    invitation.brand = _brand(request)
    return {
        "url": inviting.link(invitation, invitation.brand.spoken(order.contact.language if order.contact else "")),
        "expires_at": invitation.expires_at,
        "letter_at": invitation.send_at,
        "products": [{"sku": one.sku, "name": one.name} for one in purchases.in_order(order)],
    }


# For programs, in English.
WHY = {"nobody": "Nobody is known who placed the order.", "cancelled": "The order was cancelled."}


def _brand(request: KeyRequest) -> Brand:
    return Brand.objects.defer("identity_secret").get(pk=request.auth.source.brand_id)


def _rating(product: Product) -> dict[str, Any]:
    return {
        "sku": product.sku,
        "name": product.name,
        "average": round(product.average, 2),
        "count": product.count,
        "distribution": list(product.distribution),
    }


def _review(brand: Brand, review: Review) -> dict[str, Any]:
    answer = getattr(review, "answer", None)
    names = ("stars", "title", "text", "name", "language", "is_buyer", "published_at", "edited_at", "helpful")
    return {
        **{name: getattr(review, name) for name in names},
        "id": review.public_id,
        "photos": [
            {"url": showing.whole(photos.address(brand, one)), "width": one.width, "height": one.height}
            for one in review.shown_photos  # type: ignore[attr-defined]
        ],
        "answer": {"name": answer.name, "title": answer.title, "text": answer.text, "at": answer.at}
        if answer
        else None,
    }
