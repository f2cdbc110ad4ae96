"""The categories of a brand's help site: their names, their tree and their order, and the order of what stands on each."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from aspa.core.conversations.changing import Refused
from aspa.kit.ids import row_id
from aspa.service.knowledge import arranging
from aspa.service.knowledge.models import Article, Category, Version
from aspa.web.content.doors import AgentRequest, article_for, brand_for, brands_of, category_for, writer
from aspa.web.content.listing import chosen_brand
from aspa.web.content.words import KIND_ICONS

if TYPE_CHECKING:
    from django.http import QueryDict

MOST_SHOWN = 200


@dataclasses.dataclass(frozen=True, slots=True)
class Placed:
    """A category in its tree; `place` is among those under the same one."""

    category: Category
    depth: int
    place: int
    is_last: bool


@writer
def shelves(request: AgentRequest) -> HttpResponse:
    brands = list(brands_of(request.user))
    brand = chosen_brand(request, brands)
    every = list(Category.objects.filter(brand=brand).select_related("brand"))
    page = {
        "brands": brands,
        "brand": brand,
        "tree": _tree(every, None, 0),
        "languages": settings.LANGUAGES,
        "parents": every,
        "loose": Article.objects.filter(brand=brand, category=None).count(),
    }
    return render(request, "content/shelves.html", page)


@writer
def shelf(request: AgentRequest, category_id: int) -> HttpResponse:
    """One category: its names, where it is, and the order of its articles."""
    category = category_for(request.user, category_id)
    if request.method == "POST":
        try:
            arranging.save_category(
                category.brand, _names(request.POST), category=category, parent=_parent(request, category.brand_id)
            )
        except Refused as refused:
            messages.error(request, str(refused))
            return redirect("content:shelf", category.pk)
        messages.success(request, _("The category is saved."))
        return redirect(f"{reverse('content:shelves')}?brand={category.brand_id}")
    articles = Article.objects.filter(category=category).order_by("place", "pk")[:MOST_SHOWN]
    page = {
        "category": category,
        "names": [(code, name, category.names.get(code, "")) for code, name in settings.LANGUAGES],
        "parents": Category.objects.filter(brand=category.brand_id).exclude(pk=category.pk),
        "titled": _titled(articles),
        "icons": KIND_ICONS,
    }
    return render(request, "content/shelf.html", page)


@require_POST
@writer
def add(request: AgentRequest, brand_id: int) -> HttpResponse:
    brand = brand_for(request.user, brand_id)
    try:
        arranging.save_category(brand, _names(request.POST), parent=_parent(request, brand.pk))
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect(f"{reverse('content:shelves')}?brand={brand.pk}")


@require_POST
@writer
def move(request: AgentRequest, category_id: int) -> HttpResponse:
    """Put it at `place` under `parent`; without the latter where it is."""
    category = category_for(request.user, category_id)
    parent = _parent(request, category.brand_id) if "parent" in request.POST else category.parent
    try:
        arranging.place_category(category, parent, _place(request.POST))
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect(f"{reverse('content:shelves')}?brand={category.brand_id}#category-{category.pk}")


@require_POST
@writer
def move_article(request: AgentRequest, article_id: int) -> HttpResponse:
    article = article_for(request.user, article_id)
    arranging.place_article(article, article.category, _place(request.POST))
    if article.category is None:
        return redirect(f"{reverse('content:shelves')}?brand={article.brand_id}")
    return redirect(f"{reverse('content:shelf', args=[article.category_id])}#article-{article.pk}")


@require_POST
@writer
def remove(request: AgentRequest, category_id: int) -> HttpResponse:
    category = category_for(request.user, category_id)
    arranging.remove_category(category)
    messages.success(request, _("The category is removed. Its articles stand on the one above."))
    return redirect(f"{reverse('content:shelves')}?brand={category.brand_id}")


def _tree(every: Iterable[Category], parent: int | None, depth: int) -> list[Placed]:
    siblings = [one for one in every if one.parent_id == parent]
    found = []
    for place, one in enumerate(siblings):
        found.append(Placed(one, depth, place, place == len(siblings) - 1))
        found += _tree(every, one.pk, depth + 1)
    return found


def _titled(articles: Iterable[Article]) -> list[tuple[Article, Version]]:
    """Each with its version in the main language."""
    articles = list(articles)
    versions = Version.objects.filter(article__in=articles).select_related("draft")
    by_article = {(one.article_id, one.language): one for one in versions}
    found = [(one, by_article.get((one.pk, one.main_language))) for one in articles]
    return [(article, version) for article, version in found if version is not None]


def _names(posted: QueryDict) -> dict[str, str]:
    return {code: posted.get(f"name_{code}", "") for code, _name in settings.LANGUAGES}


def _parent(request: AgentRequest, brand_id: int) -> Category | None:
    """The category that the form names, of the same brand."""
    pk = row_id(request.POST.get("parent", ""))
    found = category_for(request.user, pk) if pk is not None else None
    return found if found and found.brand_id == brand_id else None


def _place(posted: QueryDict) -> int:
    return min(row_id(posted.get("place", "")) or 0, 100_000)
