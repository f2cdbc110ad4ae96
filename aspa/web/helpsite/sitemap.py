"""Everything that anybody may read on a brand's help site, for search engines."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_safe

from aspa.core.inboxes.models import LANGUAGES, Brand
from aspa.service.knowledge import published
from aspa.service.search.content import Reader
from aspa.web.helpsite.showing import whole

if TYPE_CHECKING:
    from django.http import HttpRequest

# (path, when it last changed)
Place = tuple[str, dt.datetime | None]

# sitemaps.org allows 50,000 in a file.
MOST = 50_000

_others: dict[str, Callable[[Brand], Iterable[Place]]] = {}


def register(name: str, places: Callable[[Brand], Iterable[Place]]) -> None:
    """Have an app's own public pages listed, too."""
    _others[name] = places


@require_safe
def page(request: HttpRequest, brand: str) -> HttpResponse:
    found = get_object_or_404(Brand, slug=brand)
    entries = [*_fronts(found), *_articles(found)]
    entries += [(whole(path), at, {}) for places in _others.values() for path, at in places(found)]
    text = render_to_string("helpsite/sitemap.xml", {"entries": entries[:MOST]})
    response = HttpResponse(text, content_type="application/xml; charset=utf-8")
    response["Cache-Control"] = "public, max-age=600"
    return response


Entry = tuple[str, dt.datetime | None, dict[str, str]]


def _fronts(brand: Brand) -> list[Entry]:
    paths = {one: whole(reverse("helpsite:home", kwargs={"brand": brand.slug, "language": one})) for one in LANGUAGES}
    return [(path, None, paths) for path in paths.values()]


def _articles(brand: Brand) -> list[Entry]:
    """Each with its other languages."""
    everything = (
        published.articles(brand, Reader())
        .order_by("-pk")
        .only("article", "language", "slug", "changed_at", "brand__slug")
    )
    versions = list(everything[:MOST])
    by_article: defaultdict[int, dict[str, str]] = defaultdict(dict)
    for one in versions:
        by_article[one.article_id][one.language] = whole(one.url())
    return [
        (whole(one.url()), one.changed_at, paths if len(paths := by_article[one.article_id]) > 1 else {})
        for one in versions
    ]
