"""Reviews in the shop's own pages: a script that draws them, and the same as JSON and HTML for shops that draw themselves.

Everything here is public; other pages than the brand's own are refused all the same, since nobody else's product pages
should carry them.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse, HttpResponseNotModified
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from aspa.core.inboxes.models import Brand
from aspa.service.reviews import products, reading
from aspa.service.reviews.models import Product
from aspa.service.reviews.reading import Asked
from aspa.web.helpsite import showing
from aspa.web.helpsite.reviews import photos, schema
from aspa.web.live.visitor.inboxes import is_of_brand

if TYPE_CHECKING:
    from django.http import HttpRequest

    from aspa.service.reviews.models import Review

SCRIPT = Path(__file__).parent.parent / "static" / "helpsite" / "reviews" / "block.js"
MINUTES_5 = "public, max-age=300"
# What moderation hides is gone from shops' pages within a minute.
KEPT = "public, max-age=60"
MOST = 6
MOST_RATINGS = 100


@require_safe
def script(request: HttpRequest, brand: str) -> HttpResponse:
    """Fetched with CORS by any page, as module scripts are; it holds nothing but itself."""
    plain, packed, version = _script()
    if request.headers.get("If-None-Match", "").removeprefix("W/") == version:
        response: HttpResponse = HttpResponseNotModified()
    elif "gzip" in request.headers.get("Accept-Encoding", ""):
        response = HttpResponse(packed, headers={"Content-Encoding": "gzip"})
    else:
        response = HttpResponse(plain)
    if response.status_code == 200:
        response["Content-Type"] = "text/javascript; charset=utf-8"
    response["ETag"], response["Cache-Control"], response["Vary"] = version, MINUTES_5, "Accept-Encoding"
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@require_safe
def reviews(request: HttpRequest, brand: str, sku: str) -> HttpResponse:
    """The newest reviews of a product with its average, in the language of the shop's page (`lang`)."""
    found, product = _asked(brand, sku)
    return _answered(request, found, product, lambda: json.dumps(told(found, product)), "application/json")


@require_safe
def html(request: HttpRequest, brand: str, sku: str) -> HttpResponse:
    """The same as a piece of HTML with structured data and without any styles, for a shop's server to put into its page."""
    found, product = _asked(brand, sku)

    def drawn() -> str:
        values = {"told": told(found, product) if product else None}
        return render_to_string("helpsite/reviews/block.html", values)

    return _answered(request, found, product, drawn, "text/html")


@require_safe
def ratings(request: HttpRequest, brand: str) -> HttpResponse:
    """The averages of up to a hundred products (`sku`, once for each), for lists."""
    found = _brand(brand)
    skus = request.GET.getlist("sku")[:MOST_RATINGS]
    known = reading.facts(found.pk, skus) if showing.kind_is_on(found, "review") else {}
    with translation.override(found.spoken(request.GET.get("lang", "")[:2])):
        body = {sku: _figures(product) for sku, product in known.items()}
    response = HttpResponse(json.dumps(body), content_type="application/json")
    return _for_shops(request, found, response)


def told(brand: Brand, product: Product | None) -> dict[str, Any]:
    """What the script draws, in the active language; `{"on": False}` where there is nothing to draw."""
    if product is None:
        return {"on": False}
    page = reading.of_product(product, Asked(most=MOST)) if product.pk else reading.Page((), "")
    data = schema.product(brand, product, page.reviews)
    return {
        "on": True,
        "sku": product.sku,
        **_figures(product),
        "bars": product.distribution,
        "reviews": [_review(brand, one) for one in page.reviews],
        "url": _whole("reviews-product", brand, product.sku),
        "write": _whole("reviews-write", brand, product.sku),
        "schema": {"@context": "https://schema.org", **data} if data else None,
        "words": {
            "title": _("Reviews"),
            "write": _("Write a review"),
            "all": _("Read all reviews"),
            "buyer": _("Has bought it"),
            "none": _("Nobody has reviewed this yet. Be the first to tell others."),
            "list": _("The newest reviews"),
        },
    }


def _figures(product: Product) -> dict[str, Any]:
    """In words as well: a screen reader says "4,6 / 5"."""
    average = number_format(round(product.average, 1), 1)
    return {
        "average": round(product.average, 2),
        "count": product.count,
        "averageText": average,
        "countText": ngettext("%(count)s review", "%(count)s reviews", product.count) % {"count": product.count},
        "label": _("%(average)s of 5 stars") % {"average": average},
    }


def _review(brand: Brand, review: Review) -> dict[str, Any]:
    assert review.published_at is not None
    answer = getattr(review, "answer", None)
    return {
        "id": review.public_id,
        "stars": review.stars,
        "label": _("%(average)s of 5 stars") % {"average": review.stars},
        "title": review.title,
        "text": review.text,
        "name": review.name,
        "language": review.language,
        "isBuyer": review.is_buyer,
        "at": review.published_at.date().isoformat(),
        "atText": date_format(timezone.localtime(review.published_at), "SHORT_DATE_FORMAT"),
        "photos": [
            {
                "url": showing.whole(photos.address(brand, one)),
                "small": showing.whole(photos.address(brand, one, small=True)),
                "width": one.width,
                "height": one.height,
            }
            for one in review.shown_photos  # type: ignore[attr-defined]
        ],
        "answer": {"name": answer.name, "title": answer.title, "text": answer.text} if answer else None,
    }


def _asked(slug: str, sku: str) -> tuple[Brand, Product | None]:
    """The brand, and the product if reviews are switched on and the shop sells it."""
    brand = _brand(slug)
    if not showing.kind_is_on(brand, "review"):
        return brand, None
    found = reading.product(brand.pk, sku)
    if found is None and (said := products.told(brand.pk, sku)) is not None:
        found = Product(brand=brand, sku=sku, name=said.name, url=said.url, image_url=said.image_url)
    return brand, found


def _brand(slug: str) -> Brand:
    return get_object_or_404(Brand.objects.defer("identity_secret"), slug=slug)


def _answered(request: HttpRequest, brand: Brand, product: Product | None, body: Any, kind: str) -> HttpResponse:
    """What nothing has changed of is neither read nor drawn again."""
    language = brand.spoken(request.GET.get("lang", "")[:2])
    changed = product.changed_at.isoformat() if product and product.pk else bool(product)
    etag = f'W/"{hashlib.sha256(f"{changed} {language} {kind}".encode()).hexdigest()[:20]}"'
    if request.headers.get("If-None-Match") == etag:
        response: HttpResponse = HttpResponseNotModified()
    else:
        with translation.override(language), timezone.override(brand.timezone):
            response = HttpResponse(body(), content_type=f"{kind}; charset=utf-8")
    response["ETag"] = etag
    return _for_shops(request, brand, response)


def _for_shops(request: HttpRequest, brand: Brand, response: HttpResponse) -> HttpResponse:
    origin = request.headers.get("Origin", "")
    response["Vary"] = "Origin"
    response["Cache-Control"] = KEPT
    response["X-Robots-Tag"] = "noindex"
    if origin and is_of_brand(brand, origin):
        response["Access-Control-Allow-Origin"] = origin
        response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _whole(name: str, brand: Brand, sku: str) -> str:
    language = (translation.get_language() or brand.language)[:2]
    return showing.whole(reverse(f"helpsite:{name}", kwargs={"brand": brand.slug, "language": language, "sku": sku}))


@cache
def _script() -> tuple[bytes, bytes, str]:
    """(as it is, packed, its ETag)"""
    plain = SCRIPT.read_bytes()
    return plain, gzip.compress(plain, 9, mtime=0), f'"{hashlib.sha256(plain).hexdigest()[:20]}"'
