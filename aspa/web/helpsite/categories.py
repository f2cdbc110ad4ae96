"""A shelf with all that is under it, and everything about one product, topic or model."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django.http import Http404
from django.views.decorators.http import require_safe

from aspa.kit.text import clean
from aspa.service.knowledge import published
from aspa.service.knowledge.models import Category, Selector
from aspa.web.helpsite import structure
from aspa.web.helpsite.readers import HelpRequest, for_readers
from aspa.web.helpsite.showing import address, shown

if TYPE_CHECKING:
    from django.http import HttpResponse

    from aspa.service.knowledge.models import Version

# A longer list helps nobody: search does.
MOST = 500


@require_safe
@for_readers
def page(request: HelpRequest, slug: str) -> HttpResponse:
    """All its articles, those of its own first and then those of each shelf below, on one page: none is further away."""
    category = Category.objects.select_related("parent__parent").filter(brand=request.brand, slug=slug).first()
    if category is None:
        raise Http404("No such category.")
    everything = published.articles(request.brand, request.reader, category=category).defer(*published.TEXTS)
    languages = set(everything.order_by().values_list("language", flat=True).distinct())
    if request.language not in languages:
        raise Http404("Nothing to read here.")
    by_shelf: dict[int, list[Version]] = defaultdict(list)
    for one in everything.filter(language=request.language)[:MOST]:
        by_shelf[one.article.category_id or 0].append(one)
    below = [one for one in published.under(category) if one.pk in by_shelf]
    name = category.name(request.language)
    trail = [*_above(request, category), (name, "")]
    values = {
        "name": name,
        "own": by_shelf[category.pk],
        "below": [(one.name(request.language), by_shelf[one.pk]) for one in below],
        "trail": trail,
        "data": structure.crumbs(request, trail),
    }
    paths = {code: address(request, "category", language=code, slug=slug) for code in sorted(languages)}
    return shown(request, "helpsite/category.html", values, alternates=paths)


@require_safe
@for_readers
def about(request: HelpRequest, kind: str, value: str) -> HttpResponse:
    """`kind` is product, topic or model."""
    if kind not in Selector.Kind.values or value != clean(value):
        raise Http404("No such selector.")
    tags = [f"{kind}:{value}"]
    found = list(
        published.articles(request.brand, request.reader, request.language, tags=tags).defer(*published.TEXTS)[:MOST]
    )
    if not found:
        raise Http404("Nothing to read about it.")
    values = {"kind": Selector.Kind(kind).label, "value": value, "found": found, "trail": [(value, "")]}
    return shown(request, "helpsite/about.html", values, alternates={request.language: request.path})


def trail_of(request: HelpRequest, category: Category | None) -> list[tuple[str, str]]:
    """The way down to a category, as breadcrumbs."""
    if category is None:
        return []
    return [*_above(request, category), _step(request, category)]


def _above(request: HelpRequest, category: Category) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    above = category.parent
    while above is not None:
        found.insert(0, _step(request, above))
        above = above.parent
    return found


def _step(request: HelpRequest, category: Category) -> tuple[str, str]:
    return category.name(request.language), address(request, "category", slug=category.slug)
