"""Everything that anybody may read on a brand's help site, for search engines: an index, and under it a list of each part."""

from __future__ import annotations

import datetime as dt
import gzip
from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING

from django.core.cache import cache
from django.db.models import Max, Min
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_safe

from aspa.core.inboxes.models import LANGUAGES, Brand
from aspa.kit.ids import row_id
from aspa.service.knowledge import published
from aspa.service.knowledge.models import Version
from aspa.service.search.content import Reader
from aspa.web.helpsite.showing import whole

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest

# (path, when it last changed)
Place = tuple[str, dt.datetime | None]
# (whole address, when it last changed, the same in each language)
Entry = tuple[str, dt.datetime | None, dict[str, str]]

# Of so many keys one after the other. sitemaps.org allows 50,000 addresses in a file; more than these take long to make.
STRETCH = 10_000
FRONTS, ARTICLES = "fronts", "articles"
# Seconds. Anybody may ask for a list, and making one of ten thousand takes a while in which no other page is answered.
KEPT = 600

_others: dict[str, Callable[[Brand], Iterable[Place]]] = {}


def register(name: str, places: Callable[[Brand], Iterable[Place]]) -> None:
    """Have an app's own public pages listed, too."""
    _others[name] = places


@require_safe
def page(request: HttpRequest, brand: str) -> HttpResponse:
    """The index. Articles are in as many lists as it takes."""
    found = get_object_or_404(Brand, slug=brand)
    names = [FRONTS, *(f"{ARTICLES}-{number}" for number in _stretches(found)), *_others]
    listed = [whole(reverse("helpsite:sitemap-part", kwargs={"brand": found.slug, "part": name})) for name in names]
    return _xml(request, gzip.compress(render_to_string("helpsite/sitemap_index.xml", {"parts": listed}).encode()))


@require_safe
def part(request: HttpRequest, brand: str, part: str) -> HttpResponse:
    found = get_object_or_404(Brand, slug=brand)
    name, _dash, number = part.partition("-")
    stretch = row_id(number) if name == ARTICLES else None
    entries: Callable[[], list[Entry]]
    if part == FRONTS:
        entries = partial(_fronts, found)
    elif part in _others:
        entries = partial(_of_app, part, found)
    elif stretch is not None and stretch in _stretches(found):
        entries = partial(_articles, found, stretch)
    else:
        raise Http404("No such part.")

    def drawn() -> bytes:
        return gzip.compress(render_to_string("helpsite/sitemap.xml", {"entries": entries()}).encode())

    packed: bytes = cache.get_or_set(f"helpsite:sitemap:{found.pk}:{name}:{stretch}", drawn, KEPT) or drawn()
    return _xml(request, packed)


def _xml(request: HttpRequest, packed: bytes) -> HttpResponse:
    accepts = "gzip" in request.headers.get("Accept-Encoding", "")
    response = HttpResponse(
        packed if accepts else gzip.decompress(packed), content_type="application/xml; charset=utf-8"
    )
    if accepts:
        response["Content-Encoding"] = "gzip"
    response["Cache-Control"], response["Vary"] = f"public, max-age={KEPT}", "Accept-Encoding"
    return response


def _stretches(brand: Brand) -> range:
    """The numbers of the lists of articles."""

    def asked() -> range:
        keys = _public(brand).aggregate(first=Min("pk"), last=Max("pk"))
        return range(keys["first"] // STRETCH, keys["last"] // STRETCH + 1) if keys["first"] else range(0)

    return cache.get_or_set(f"helpsite:sitemap:{brand.pk}", asked, KEPT) or range(0)


def _of_app(name: str, brand: Brand) -> list[Entry]:
    return [(whole(path), at, {}) for path, at in _others[name](brand)]


def _fronts(brand: Brand) -> list[Entry]:
    paths = {one: whole(reverse("helpsite:home", kwargs={"brand": brand.slug, "language": one})) for one in LANGUAGES}
    paths["x-default"] = whole(reverse("helpsite:front", kwargs={"brand": brand.slug}))
    return [(paths[one], None, paths) for one in LANGUAGES]


def _articles(brand: Brand, stretch: int) -> list[Entry]:
    """Each with its other languages, itself among them."""
    versions = _public(brand).only("article", "language", "slug", "changed_at", "brand__slug")
    listed = versions.filter(pk__gte=stretch * STRETCH, pk__lt=(stretch + 1) * STRETCH)
    told_in: defaultdict[int, dict[str, str]] = defaultdict(dict)
    for one in versions.filter(article__in=listed.values("article")):
        told_in[one.article_id][one.language] = whole(one.url())
    return [
        (whole(one.url()), one.changed_at, paths if len(paths := told_in[one.article_id]) > 1 else {})
        for one in listed.order_by("pk")
    ]


def _public(brand: Brand) -> QuerySet[Version]:
    return published.articles(brand, Reader()).order_by()
