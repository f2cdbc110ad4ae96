"""Where articles stand, whom they are for and what they are about; and the shelves they stand on."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, TypeVar

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from aspa.core.conversations.changing import Refused
from aspa.kit import clock
from aspa.kit.text import clean
from aspa.service.knowledge import indexed
from aspa.service.knowledge.models import LONGEST_SLUG, Article, Category, Redirect, Selector, Version
from aspa.service.knowledge.published import under

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from aspa.core.inboxes.models import Brand

Row = TypeVar("Row", Article, Category)

DEEPEST = 3  # categories under one another
MOST_SELECTORS = 40
LONGEST_NAME = 80


@transaction.atomic
def describe(
    article: Article,
    *,
    kind: str,
    audience: str,
    category: Category | None,
    selectors: Collection[tuple[str, str]] = (),
    related: Iterable[int] = (),
) -> None:
    """What it is, for whom, on which shelf and about what. `related` are articles of the same brand."""
    moved = article.category_id != (category.pk if category else None)
    article.kind, article.audience, article.category = kind, audience, category
    if moved:
        article.place = Article.objects.filter(brand=article.brand_id, category=category).count()
    article.save(update_fields=["kind", "audience", "category", "place"])
    _select(article, selectors)
    article.related.set(Article.objects.filter(brand=article.brand_id, pk__in=list(related)).exclude(pk=article.pk))
    indexed.touch_articles(article.brand, [article.pk])


@transaction.atomic
def place_article(article: Article, category: Category | None, place: int) -> None:
    """Put it on a shelf, before what stands at this place; the others make room."""
    others = Article.objects.filter(brand=article.brand_id, category=category).exclude(pk=article.pk)
    moved = article.category_id != (category.pk if category else None)
    article.category = category
    _make_room(article, others, place)
    article.save(update_fields=["place", "category"])
    if moved:
        indexed.touch_articles(article.brand, [article.pk])


@transaction.atomic
def save_category(
    brand: Brand, names: Mapping[str, str], *, category: Category | None = None, parent: Category | None = None
) -> Category:
    """A new shelf, or another name or place in the tree for one. Raises Refused."""
    named = {language: clean(name)[:LONGEST_NAME] for language, name in names.items() if name.strip()}
    if not named:
        raise Refused(_("Give the category a name."), code="name")
    _may_stand_under(category, parent)
    moved = category is not None and category.parent_id != (parent.pk if parent else None)
    if category is None:
        place = Category.objects.filter(brand=brand, parent=parent).count()
        category = Category(brand=brand, slug=_unused_slug(brand, named), place=place)
    category.names, category.parent = named, parent
    category.save()
    if moved:
        _touch_under(category)
    return category


@transaction.atomic
def place_category(category: Category, parent: Category | None, place: int) -> None:
    """Put it under another, before what stands at this place. Raises Refused where the tree would be too deep."""
    _may_stand_under(category, parent)
    others = Category.objects.filter(brand=category.brand_id, parent=parent).exclude(pk=category.pk)
    moved = category.parent_id != (parent.pk if parent else None)
    category.parent = parent
    _make_room(category, others, place)
    category.save(update_fields=["place", "parent"])
    if moved:
        _touch_under(category)


@transaction.atomic
def remove_category(category: Category) -> None:
    """What stands on it, and the shelves under it, move to the one above."""
    _touch_under(category)
    Category.objects.filter(parent=category).update(parent=category.parent_id)
    Article.objects.filter(category=category).update(category=category.parent_id)
    category.delete()


@transaction.atomic
def add_redirect(article: Article, language: str, old: str) -> Redirect:
    """Have an address lead to the article. Raises Refused for one that is in use."""
    slug = slugify(old.strip().strip("/").rpartition("/")[2])[:LONGEST_SLUG]
    if not slug:
        raise Refused(_("Write the address that shall lead here."), code="slug")
    taken = Version.objects.filter(brand=article.brand_id, language=language, slug=slug).exists()
    if taken or Redirect.objects.filter(brand=article.brand_id, language=language, slug=slug).exists():
        raise Refused(_("Another article has the address “%(slug)s” already.") % {"slug": slug}, code="taken")
    return Redirect.objects.create(
        brand_id=article.brand_id, language=language, slug=slug, article=article, at=clock.now()
    )


def _select(article: Article, selectors: Collection[tuple[str, str]]) -> None:
    wanted = {(kind, clean(value)[:80]) for kind, value in selectors if clean(value) and kind in Selector.Kind.values}
    known = {(one.kind, one.value): one for one in article.selectors.all()}
    Selector.objects.filter(pk__in=[one.pk for key, one in known.items() if key not in wanted]).delete()
    new = sorted(wanted - known.keys())[:MOST_SELECTORS]
    Selector.objects.bulk_create([Selector(article=article, kind=kind, value=value) for kind, value in new])


def _make_room(one: Row, others: QuerySet[Row], place: int) -> None:
    """Gives it the place among the others, who are moved on; it is left to the caller to store it."""
    row = list(others.order_by("place", "pk"))
    row.insert(max(0, min(place, len(row))), one)
    for number, each in enumerate(row):
        if each.place != number:
            each.place = number
            if each is not one:
                each.save(update_fields=["place"])


def _may_stand_under(category: Category | None, parent: Category | None) -> None:
    above = _depth(parent)
    below = _height(category) if category else 1
    if category is not None and parent is not None and parent.pk in {category.pk, *(one.pk for one in under(category))}:
        raise Refused(_("A category can’t be under itself."), code="loop")
    if above + below > DEEPEST:
        raise Refused(_("Categories can be three deep at most, so that readers find their way."), code="deep")


def _depth(category: Category | None) -> int:
    depth = 0
    while category is not None:
        depth, category = depth + 1, category.parent
    return depth


def _height(category: Category) -> int:
    return 1 + max((_height(child) for child in category.children.all()), default=0)


def _touch_under(category: Category) -> None:
    shelves = [category.pk, *(one.pk for one in under(category))]
    articles = Article.objects.filter(brand=category.brand_id, category__in=shelves).values_list("pk", flat=True)
    indexed.touch_articles(category.brand, list(articles))


def _unused_slug(brand: Brand, names: Mapping[str, str]) -> str:
    name = names.get(brand.language) or next(iter(names.values()))
    base = slugify(name)[: LONGEST_SLUG - 6].strip("-") or "category"
    taken = set(Category.objects.filter(brand=brand, slug__startswith=base).values_list("slug", flat=True))
    return next(
        slug for slug in (base, *(f"{base}-{number}" for number in range(2, len(taken) + 3))) if slug not in taken
    )
