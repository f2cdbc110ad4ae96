"""Words near a misspelt one, among those that the index has."""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz import process
from rapidfuzz.distance import OSA

from aspa.service.search.words.normaliser import ROOT, Asked

# Shorter ones are near to too many.
SHORTEST, SURE = 4, 6
MOST = 3
# How much finding a near word says of the one asked for.
NEAR = 0.8
# As people write whose keyboard has no such letters: "sahkopyora".
BARE = str.maketrans("åäö", "aao")


class Vocabulary:
    """The words of an index, without roots. Made once and asked often."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = [word for word in words if not word.startswith(ROOT)]
        self._known = frozenset(self._words)
        self._bare = [word.translate(BARE) for word in self._words]

    def __contains__(self, word: str) -> bool:
        return word in self._known

    def nearest(self, word: str) -> list[str]:
        """The nearest first, at most MOST: one slip of the finger apart, two in longer words.

        Swapped letters are one slip, letters without their dots none.
        """
        if len(word) < SHORTEST or word.isdigit():
            return []
        most = 1 if len(word) < SURE else 2
        bare = word.translate(BARE)
        found = process.extract(bare, self._bare, scorer=OSA.distance, score_cutoff=most, limit=MOST * 3)
        # Who mistypes seldom gets the first letter wrong.
        ranked = sorted((distance, near[0] != bare[0], self._words[at]) for near, distance, at in found)
        return [near for distance, _first, near in ranked if distance == ranked[0][0]][:MOST]


def mended(asked: Asked, vocabulary: Vocabulary) -> dict[str, float]:
    """The terms to look for: the word's own, and those near to it where neither a dictionary nor the index knows it."""
    itself = [term for term in asked.terms if not term.startswith(ROOT)][:2]
    if asked.is_spelt or any(term in vocabulary for term in itself):
        return asked.terms
    near = {word: NEAR for term in itself for word in vocabulary.nearest(term)}
    return {**near, **asked.terms}
