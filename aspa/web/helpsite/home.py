"""The front page: search first, then the shelves and what helps most people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.views.decorators.http import require_safe

from aspa.service.knowledge import fronts, published
from aspa.service.knowledge.models import Kind
from aspa.web.helpsite.readers import HelpRequest, for_readers
from aspa.web.helpsite.showing import kinds_on, shown, whole

if TYPE_CHECKING:
    from django.http import HttpResponse

    from aspa.service.knowledge.models import Version
    from aspa.service.knowledge.published import Shelf

POSTS = 3
# Of what is read most, and of what helps, where both stand beside one another.
MOST = 5
# Of each shelf so many are a click away; read for all shelves at once.
FIRST, READ = 3, 300
# What stands on no shelf is listed here, so that everything is within two clicks.
LOOSE = 50


@require_safe
@for_readers
def page(request: HelpRequest) -> HttpResponse:
    brand, reader, language = request.brand, request.reader, request.language
    everything = published.articles(brand, reader, language).defer(*published.TEXTS)
    loose = everything.filter(article__category__isnull=True).exclude(article__kind=Kind.POST)
    posts = (
        published.articles(brand, reader, language, kind=Kind.POST)[:POSTS] if Kind.POST in kinds_on(request) else ()
    )
    read = published.most_read(brand, reader, language, MOST)
    popular = published.popular(brand, reader, language, 2 * MOST if read else 6)
    values = {
        "words": fronts.of(brand, language),
        "shelves": _shelves(request),
        "read": read,
        # What stands among the first already isn't said twice.
        "popular": [one for one in popular if one not in read][:MOST] if read else popular,
        "loose": loose[:LOOSE],
        "posts": posts,
        "data": {"@type": "WebSite", "name": brand.name, "url": whole(request.path), "inLanguage": language},
    }
    return shown(request, "helpsite/home.html", values)


def _shelves(request: HelpRequest) -> list[tuple[Shelf, list[Version]]]:
    """The shelves, each with the first articles of it and of those below."""
    shelves = published.categories(request.brand, request.reader, request.language)
    shelved = published.articles(request.brand, request.reader, request.language).filter(
        article__category__isnull=False
    )
    found = list(shelved.defer(*published.TEXTS)[:READ])
    return [(shelf, _first(found, _all_of(shelf))) for shelf in shelves]


def _first(found: list[Version], categories: list[int]) -> list[Version]:
    """In the shelf's own order: its own first."""
    theirs = [one for one in found if one.article.category_id in categories]
    return sorted(theirs, key=lambda one: categories.index(one.article.category_id or 0))[:FIRST]


def _all_of(shelf: Shelf) -> list[int]:
    return [shelf.category.pk, *(pk for child in shelf.children for pk in _all_of(child))]
