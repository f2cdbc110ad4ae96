"""What somebody does with the articles they are shown before they write to us: noted without knowing who they are.

Every function may be called with a key that isn't known any more; then nothing is noted.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, NamedTuple

from django.db import transaction

from aspa.kit import clock
from aspa.kit.ids import new_public_id, token_hash
from aspa.service.deflection import counting
from aspa.service.deflection.models import Attempt

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aspa.core.inboxes.models import Brand

# So long after the first article was shown it is waited for what becomes of it.
LASTS = dt.timedelta(hours=24)
# One attempt remembers no more articles than these.
MOST = 30


class Shown(NamedTuple):
    """An article as the search knows it."""

    source: str
    key: int
    title: str
    url: str

    @property
    def name(self) -> str:
        return f"{self.source}:{self.key}"


@transaction.atomic
def show(brand: Brand, articles: Sequence[Shown], *, where: str, key: str = "", is_followed: bool = False) -> str:
    """These were shown, as a part of the attempt `key` or of a new one. Returns its key; "" when nothing was shown."""
    if not articles:
        return key if _alive(brand, key) else ""
    attempt = _alive(brand, key)
    if attempt is None:
        attempt = Attempt(brand=brand, key=new_public_id(), where=where, at=clock.now())
    attempt.is_followed = is_followed
    fresh = [article for article in articles if article.name not in attempt.shown][: MOST - len(attempt.shown)]
    attempt.shown = [*attempt.shown, *(article.name for article in fresh)]
    attempt.save()
    counting.count(brand, fresh, "shown")
    return attempt.key


@transaction.atomic
def open_(brand: Brand, article: Shown, *, key: str) -> None:
    """They read it."""
    attempt = _alive(brand, key)
    if attempt is None or article.name in attempt.opened or len(attempt.opened) >= MOST:
        return
    attempt.opened = [*attempt.opened, article.name]
    attempt.save(update_fields=["opened"])
    counting.count(brand, [article], "opened")


@transaction.atomic
def say(brand: Brand, article: Shown, *, key: str, helped: bool) -> bool:
    """They say whether it helped; the last word of an attempt counts. Returns whether this is news of this attempt."""
    attempt = _alive(brand, key)
    if attempt is None or article.name not in attempt.opened:
        return False
    word = Attempt.Said.YES if helped else Attempt.Said.NO
    # A yes to one article isn't taken back by a no to the next.
    before, attempt.said = attempt.said, Attempt.Said.YES if attempt.said == Attempt.Said.YES else word
    attempt.save(update_fields=["said"])
    if before == attempt.said:
        return False
    counting.count(brand, [article], "helped" if helped else "not_helped")
    return True


@transaction.atomic
def go_on(brand: Brand, *, key: str) -> None:
    """They have written to us."""
    attempt = _alive(brand, key)
    if attempt is None or attempt.went_on:
        return
    attempt.went_on = True
    attempt.save(update_fields=["went_on"])
    counting.count_again(brand, attempt.opened, "went_on")


def voter(key: str) -> str:
    """As whom an attempt's word on an article is counted: once, and nobody's."""
    return token_hash(f"attempt:{key}")


def _alive(brand: Brand, key: str) -> Attempt | None:
    if not key:
        return None
    since = clock.now() - LASTS
    return Attempt.objects.select_for_update().filter(brand=brand, key=key, at__gt=since).first()
