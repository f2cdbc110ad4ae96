"""How much of a question a page speaks of: what decides whether the bot answers with it, asks, or doesn't know.

Each telling word of the question counts by the best that the page has for it: the word in any form, a part of a compound,
a word that means the same, a slip mended. Words that stand in few of the brand's pages count more, those that stand in
every question little. The limits were found by `bench/relevance`'s questions, each asked of its own shop and of the other.
"""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING

from aspa.service.bot.speech import WEAK
from aspa.service.search import indexing, questions, vocabulary
from aspa.service.search.widening import SAME, widened
from aspa.service.search.words import normaliser
from aspa.service.search.words.normaliser import BASE, PART, weighed
from aspa.service.search.words.tokens import tokens

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aspa.service.search.content import Hit
    from aspa.service.search.vocabulary import Known
    from aspa.service.search.words.normaliser import Asked

# The share of the question that the page has, and how well it has one telling word at least: be it in another word for it.
SURE, BEST_WORD = 0.6, 0.44
OF_WEAK = 0.4
# A page that hasn't even a hint of one of the telling words has to have nearly all of the others.
MOST, HINTED = 0.7, 0.4
# What finding a word says that usually means the same, but isn't one that the brand says is.
USUALLY = 0.45
# What the title has counts so much once more.
OF_TITLE = 0.3


@dataclasses.dataclass(frozen=True, slots=True)
class Word:
    """`terms` that will do for it, and how much each says of it. `parts`: the same of a compound's parts, when no page has it
    as a whole. `weight` 0 to 1."""

    weight: float
    terms: dict[str, float]
    parts: tuple[dict[str, float], ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Found:
    """A page with the share of the question that it speaks of, and of its telling words that its title has, 0 to 1."""

    hit: Hit
    share: float
    in_title: float
    is_sure: bool


def telling(question: str, brand_id: int) -> list[Word]:
    """The words that tell what is asked; none in "how are you"."""
    known = vocabulary.known(indexing.state(), brand_id)
    return [_word(one, known) for one in normaliser.asked(question) if not one.says_nothing]


def judged(hits: Iterable[Hit], words: list[Word]) -> list[Found]:
    """The nearest first: what speaks of more of the question, and has it where it counts, as the search weighs it."""
    found = [_judged(hit, words) for hit in hits]
    return sorted(found, key=lambda one: -(one.share + OF_TITLE * one.in_title) * math.sqrt(one.hit.score))


def _word(one: Asked, known: Known) -> Word:
    """A word that usually means the same is looked for, but what it says of the question is little."""
    among = known.collection()
    # "Time" tells little, "delivery time" much.
    says_little = any(sure >= BASE and term in WEAK for term, sure in one.terms.items())
    weight = OF_WEAK if says_little else (1 + among.rarity(one.word) / among.rarity("")) / 2
    wanted = questions.read(one.word, known).wanted
    whole = wanted[0] if len(wanted) == 1 else widened([one], known)[0]
    # One part alone is no more than a hint: a "bike tyre" is no "bike shop".
    of_parts = {term for part in one.parts for term in part}
    terms = {term: sure for term, sure in whole.items() if term not in of_parts}
    return Word(weight, _careful(terms, one), one.parts if len(wanted) == 1 else wanted)


def _careful(terms: dict[str, float], one: Asked) -> dict[str, float]:
    return {term: min(sure, USUALLY) if sure < SAME and term not in one.terms else sure for term, sure in terms.items()}


def _judged(hit: Hit, words: list[Word]) -> Found:
    titled = _terms(hit.title, hit.language)
    there = titled | _terms(hit.passage, hit.language)
    strong = [word for word in words if word.weight > OF_WEAK]
    share = _share(words, there)
    spoken = [_spoken(word, there) for word in strong]
    is_sure = share >= SURE and max(spoken, default=0.0) >= BEST_WORD and (share >= MOST or min(spoken) >= HINTED)
    return Found(hit, share, _share(strong, titled), is_sure)


def _terms(text: str, language: str) -> set[str]:
    return {term for word in tokens(text) for term in weighed(word, language)}


def _share(words: list[Word], there: set[str]) -> float:
    whole = sum(word.weight for word in words)
    return sum(word.weight * _spoken(word, there) for word in words) / whole if whole else 0.0


def _spoken(word: Word, there: set[str]) -> float:
    apart = PART * min((_best(part, there) for part in word.parts), default=0.0)
    return max(_best(word.terms, there), apart)


def _best(terms: dict[str, float], there: set[str]) -> float:
    return max((sure for term, sure in terms.items() if term in there), default=0.0)
