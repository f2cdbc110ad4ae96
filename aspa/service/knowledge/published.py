"""What readers see of a brand's articles: published, allowed to them, and of a kind that is switched on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db.models import Case, Count, F, Q, When

from aspa.service.knowledge import switches
from aspa.service.knowledge.models import Category, Kind, Redirect, Selector, State, Version

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from aspa.core.inboxes.models import Brand
    from aspa.service.search.content import Reader

# Lists of titles leave the texts themselves where they are, which may be long.
TEXTS = ("body", "html")


@dataclass(frozen=True, slots=True)
class Found:
    """What an address leads to: a version, the address to which it moved, or neither.

    `is_gone`: everybody could read something there, and it has been taken back.
    """

    version: Version | None = None
    moved_to: str | None = None
    is_gone: bool = False


@dataclass(slots=True)
class Shelf:
    """A category with something to read; `count` is of all that is under it."""

    category: Category
    name: str
    url: str
    depth: int
    count: int = 0
    children: list[Shelf] = field(default_factory=list)


def articles(
    brand: Brand,
    reader: Reader,
    language: str | None = None,
    *,
    kind: str | None = None,
    category: Category | None = None,
    tags: Sequence[str] = (),
) -> QuerySet[Version]:
    """In the order of their shelves; blog posts newest first. `tags` are of selectors ("product:SKU-1"), all of them."""
    found = _visible(brand, reader)
    if language is not None:
        found = found.filter(language=language)
    if kind is not None:
        found = found.filter(article__kind=kind)
    if category is not None:
        found = found.filter(article__category__in=[category.pk, *(one.pk for one in under(category))])
    for tag in tags:
        of, _colon, value = tag.partition(":")
        found = found.filter(article__in=Selector.objects.filter(kind=of, value=value).values("article"))
    if kind == Kind.POST:
        return found.order_by("-published_at", "-pk")
    return found.order_by("article__place", "pk")


def article(brand: Brand, reader: Reader, language: str, slug: str) -> Found:
    """The version at this address, or where it is now: under another slug, or in a language that exists."""
    visible = _visible(brand, reader)
    version = visible.filter(language=language, slug=slug).first()
    if version is not None:
        return Found(version)
    moved = Redirect.objects.filter(brand=brand, language=language, slug=slug).values("article")
    elsewhere = Version.objects.filter(brand=brand, slug=slug, state=State.PUBLISHED).values("article")
    found = _nearest(visible.filter(article__in=moved), language) or _nearest(
        visible.filter(article__in=elsewhere), language
    )
    if found is not None:
        return Found(moved_to=found.url())
    taken_back = Version.objects.filter(brand=brand, language=language, slug=slug, published_at__isnull=False)
    return Found(is_gone=taken_back.exclude(state=State.PUBLISHED).filter(article__audience="all").exists())


def languages(version: Version, reader: Reader) -> list[Version]:
    """The same article in its other languages."""
    others = _visible(version.brand, reader).filter(article=version.article_id).exclude(pk=version.pk)
    return list(others.defer(*TEXTS))


def related(version: Version, reader: Reader, most: int = 5) -> list[Version]:
    """Chosen by hand first, then those about the same thing, then neighbours on the shelf."""
    others = _visible(version.brand, reader).filter(language=version.language).exclude(article=version.article_id)
    chosen = Q(article__in=version.article.related.values("pk"))
    about = Q(pk__in=[])
    for kind, value in version.article.selectors.values_list("kind", "value"):
        about |= Q(article__in=Selector.objects.filter(kind=kind, value=value).values("article"))
    near = Q(article__category=version.article.category_id) if version.article.category_id else Q(pk__in=[])
    rank = Case(When(chosen, then=0), When(about, then=1), default=2)
    return list(others.filter(chosen | about | near).defer(*TEXTS).order_by(rank, "article__place", "pk")[:most])


def most_read(brand: Brand, reader: Reader, language: str, most: int = 6) -> list[Version]:
    """Those that have been opened most often of late."""
    found = _visible(brand, reader).filter(language=language, views__gt=0).exclude(article__kind=Kind.POST)
    return list(found.defer(*TEXTS).order_by("-views", "pk")[:most])


def popular(brand: Brand, reader: Reader, language: str, most: int = 6) -> list[Version]:
    """Those that have helped most often."""
    found = _visible(brand, reader).filter(language=language).exclude(article__kind=Kind.POST)
    return list(found.defer(*TEXTS).order_by(F("helped").desc(), "article__place", "pk")[:most])


def categories(brand: Brand, reader: Reader, language: str) -> list[Shelf]:
    """The tree of a brand's shelves, empty ones left out."""
    every = list(Category.objects.filter(brand=brand).select_related("brand"))
    held = _visible(brand, reader).filter(language=language, article__category__isnull=False).order_by()
    counts = Counter(dict(held.values_list("article__category").annotate(Count("pk"))))
    return _shelves(every, counts, None, language, 0)


def under(category: Category) -> list[Category]:
    """Its children and theirs."""
    every = list(Category.objects.filter(brand=category.brand_id))
    found: list[Category] = []
    level = {category.pk}
    while level:
        children = [one for one in every if one.parent_id in level and one not in found]
        found += children
        level = {one.pk for one in children}
    return found


def _shelves(
    every: Iterable[Category], counts: Counter[int], parent: int | None, language: str, depth: int
) -> list[Shelf]:
    found = []
    for one in every:
        if one.parent_id == parent:
            children = _shelves(every, counts, one.pk, language, depth + 1)
            count = counts[one.pk] + sum(child.count for child in children)
            if count:
                found.append(Shelf(one, one.name(language), one.url(language), depth, count, children))
    return found


def _visible(brand: Brand, reader: Reader) -> QuerySet[Version]:
    found = Version.objects.select_related("brand", "article__category").filter(
        switches.of_kinds_on(brand.pk, "article__kind"), brand=brand, state=State.PUBLISHED
    )
    return found if reader.is_agent else found.filter(article__audience__in=reader.audiences())


def _nearest(found: QuerySet[Version], language: str) -> Version | None:
    """In this language, else in the article's own, else in any."""
    rank = Case(When(language=language, then=0), When(language=F("article__main_language"), then=1), default=2)
    return found.order_by(rank, "pk").first()
