"""Words of a brand that mean the same: what its customers say, and what its texts say."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils import timezone

from aspa.kit import clock
from aspa.service.search import gaps, indexing, vocabulary
from aspa.service.search.models import Synonyms
from aspa.service.search.words.normaliser import asked
from aspa.service.search.words.tokens import tokens

if TYPE_CHECKING:
    from aspa.core.inboxes.models import Brand

# Words of one group, and letters of one.
MOST, LONGEST = 12, 40
# What was asked so long ago is proposed no more.
RECENT = dt.timedelta(days=90)
PROPOSED = 12


class TooFew(ValueError):
    """Fewer than two different words mean nothing together."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A word that customers asked for and nothing had: how often, and words of the brand's texts that look like it."""

    word: str
    times: int
    like: tuple[str, ...]


def add(brand: Brand, words: Iterable[str]) -> Synonyms:
    """They count from the next search on. Raises TooFew."""
    return Synonyms.objects.create(brand=brand, words=_cleaned(words))


def change(synonyms: Synonyms, words: Iterable[str]) -> None:
    """Raises TooFew."""
    synonyms.words = _cleaned(words)
    synonyms.save(update_fields=["words"])


def remove(synonyms: Synonyms) -> None:
    synonyms.delete()


def of(brand_id: int) -> list[Synonyms]:
    return list(Synonyms.objects.filter(brand=brand_id))


def proposals(brand_id: int) -> Sequence[Proposal]:
    """The words of questions that found nothing which no text of the brand has, the most frequent first."""
    known = vocabulary.known(indexing.state(), brand_id)
    said = {token for one in of(brand_id) for word in one.words for token in tokens(word)}
    times: Counter[str] = Counter()
    for gap in gaps.questions(brand_id, timezone.localdate(clock.now()) - RECENT, most=200):
        for one in asked(gap.text):
            if not one.says_nothing and one.word not in said and not any(known[term] > 0 for term in one.terms):
                times[one.word] += gap.found_nothing
    return [Proposal(word, often, tuple(known.words.nearest(word))) for word, often in times.most_common(PROPOSED)]


def _cleaned(words: Iterable[str]) -> list[str]:
    found = list(dict.fromkeys(word for given in words if (word := " ".join(given.split()).casefold()[:LONGEST])))
    found = [word for word in found if tokens(word)][:MOST]
    if len(found) < 2:
        raise TooFew("Give at least two words.")
    return found
