"""A product with its reviews as search engines read it (https://schema.org/Product): only what is published."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aspa.web.helpsite import showing
from aspa.web.helpsite.reviews import photos

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aspa.core.inboxes.models import Brand
    from aspa.service.reviews.models import Product, Review


def product(brand: Brand, product: Product, reviews: Sequence[Review]) -> dict[str, Any] | None:
    """Without "@context". `reviews` as `reading.of_product` gives them.

    None while nobody has reviewed it: a product that has neither rating nor price says nothing to search engines
    (https://developers.google.com/search/docs/appearance/structured-data/product-snippet).
    """
    if not product.count:
        return None
    told: dict[str, Any] = {
        "@type": "Product",
        "name": str(product),
        "sku": product.sku,
        "brand": {"@type": "Brand", "name": brand.name},
    }
    if product.image_url:
        told["image"] = product.image_url
    if product.url:
        told["url"] = product.url
    told["aggregateRating"] = {
        "@type": "AggregateRating",
        "ratingValue": round(product.average, 1),
        "reviewCount": product.count,
        "bestRating": 5,
        "worstRating": 1,
    }
    if reviews:
        told["review"] = [_review(brand, one) for one in reviews]
    return told


def _review(brand: Brand, review: Review) -> dict[str, Any]:
    told: dict[str, Any] = {
        "@type": "Review",
        "author": {"@type": "Person", "name": review.name},
        "reviewRating": {"@type": "Rating", "ratingValue": review.stars, "bestRating": 5, "worstRating": 1},
        "datePublished": review.published_at.date().isoformat() if review.published_at else "",
    }
    if review.language:
        told["inLanguage"] = review.language
    if review.title:
        told["name"] = review.title
    if review.text:
        told["reviewBody"] = review.text
    if shown := review.shown_photos:  # type: ignore[attr-defined]
        told["image"] = [showing.whole(photos.address(brand, photo)) for photo in shown]
    return told
