"""How each article does: counted by brand and local day, of attempts at once and of what agents give by the journal."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.db.models import F

from aspa.core.conversations.models import Event
from aspa.core.inboxes.models import Brand
from aspa.kit import clock
from aspa.service.deflection.models import ArticleDay

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aspa.core.conversations.events import Stretch
    from aspa.service.deflection.attempts import Shown


def count(brand: Brand, articles: Sequence[Shown], what: str) -> None:
    """One more of `what` (a field of ArticleDay) for each of them, today."""
    today = local_day(brand, clock.now())
    for article in articles:
        _add(brand.pk, today, article.source, article.key, what, title=article.title, url=article.url)


def count_again(brand: Brand, names: Sequence[str], what: str) -> None:
    """The same for articles that were counted before, by their names "source:key"."""
    today = local_day(brand, clock.now())
    for source, _colon, key in (name.partition(":") for name in names):
        known = ArticleDay.objects.filter(brand=brand, source=source, key=int(key)).order_by("-date").first()
        if known is not None:
            _add(brand.pk, today, source, known.key, what, title=known.title, url=known.url)


def follow(stretch: Stretch) -> None:
    """Subscriber: articles that agents gave. Its counts are committed with its place, so they count once; from the
    beginning it counts anew."""
    if max(stretch.after) == 0:
        ArticleDay.objects.filter(given__gt=0).update(given=0)
    given = stretch.of(Event.Kind.ARTICLE_GIVEN)
    if not given:
        return
    told = Event.objects.filter(pk__in=[event.pk for event in given]).select_related("inbox__brand")
    counts: Counter[tuple[int, dt.date, str, int, str, str]] = Counter()
    for event in told.defer("inbox__brand__identity_secret"):
        data, brand = event.data, event.inbox.brand
        day = local_day(brand, event.created_at)
        counts[brand.pk, day, data["source"], data["key"], data["title"], data["url"]] += 1
    for (brand_id, day, source, key, title, url), more in counts.items():
        _add(brand_id, day, source, key, "given", title=title, url=url, more=more)


def local_day(brand: Brand, at: dt.datetime) -> dt.date:
    return at.astimezone(ZoneInfo(brand.timezone)).date()


def _add(
    brand_id: int, date: dt.date, source: str, key: int, what: str, *, title: str, url: str, more: int = 1
) -> None:
    day, _is_new = ArticleDay.objects.get_or_create(
        brand_id=brand_id, date=date, source=source, key=key, defaults={"title": title[:200], "url": url[:300]}
    )
    ArticleDay.objects.filter(pk=day.pk).update(**{what: F(what) + more})
