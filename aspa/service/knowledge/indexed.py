"""Published articles as search takes them up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from aspa.kit.text import preview
from aspa.service.knowledge import rendering, switches
from aspa.service.knowledge.models import Category, State, Version
from aspa.service.search import content

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from aspa.core.inboxes.models import Brand

NAME = "knowledge"
# A summary that nobody wrote is the beginning of the text, so long; it says nothing of its own.
MADE = 200


class Published:
    """The source that search reads."""

    name = NAME

    def read(self, keys: Collection[int]) -> Iterable[content.Document]:
        return _documents(_every().filter(pk__in=keys))

    def after(self, key: int, most: int) -> list[content.Document]:
        found: list[content.Document] = []
        # Pages without a single document (their kinds are switched off) aren't the end.
        while not found:
            page = list(_every().filter(pk__gt=key).order_by("pk")[:most])
            if not page:
                break
            key = page[-1].pk
            found = _documents(page)
        return found


def touch(versions: Iterable[Version | int]) -> None:
    """Have the index follow, in the transaction that changed them."""
    content.touch(NAME, [one if isinstance(one, int) else one.pk for one in versions])


def touch_articles(brand: Brand, article_ids: Collection[int]) -> None:
    touch(Version.objects.filter(brand=brand, article__in=article_ids).values_list("pk", flat=True))


def _every() -> QuerySet[Version]:
    found = Version.objects.filter(state=State.PUBLISHED).select_related("brand", "article")
    return found.prefetch_related("article__selectors")


def _documents(versions: Iterable[Version]) -> list[content.Document]:
    versions = list(versions)
    brands = {one.brand_id for one in versions}
    on = {brand: switches.on(brand) for brand in brands}
    shelves = _ways_up(brands)
    return [
        _document(one, shelves.get(one.article.category_id or 0, ()))
        for one in versions
        if one.article.kind in on[one.brand_id]
    ]


def _document(version: Version, shelf: Iterable[int]) -> content.Document:
    article = version.article
    words = rendering.plain(version.html)
    return content.Document(
        source=NAME,
        key=version.pk,
        language=version.language,
        brand_id=version.brand_id,
        kind=article.kind,
        title=version.title,
        body=words if version.summary in ("", preview(words, MADE)) else f"{version.summary}\n\n{words}",
        audience=article.audience,
        url=version.url(),
        published_at=version.published_at,
        helpfulness=version.helpfulness,
        tags=(*(f"category:{pk}" for pk in shelf), *(one.tag for one in article.selectors.all())),
    )


def _ways_up(brands: Collection[int]) -> dict[int, list[int]]:
    """Of each category itself and those above it."""
    parents = dict(Category.objects.filter(brand__in=brands).values_list("pk", "parent"))
    found: dict[int, list[int]] = defaultdict(list)
    for pk in parents:
        above: int | None = pk
        while above is not None:
            found[pk].append(above)
            above = parents[above]
    return found
