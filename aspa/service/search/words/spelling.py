"""Words near a misspelt one, among those that the index has."""

from __future__ import annotations

from collections.abc import Collection

from rapidfuzz import process
from rapidfuzz.distance import OSA

from aspa.service.search.words.normaliser import ROOT, Asked

# Shorter ones are near to too many.
SHORTEST, SURE = 4, 6
MOST = 3
# How much finding a near word says of the one asked for.
NEAR = 0.8


def mended(asked: Asked, vocabulary: Collection[str]) -> dict[str, float]:
    """The terms to look for: the word's own, and where the index knows neither it nor its base form those near to them."""
    itself = [term for term in asked.terms if not term.startswith(ROOT)][:2]
    if any(term in vocabulary for term in itself):
        return asked.terms
    near = {word: NEAR for term in itself for word in nearest(term, vocabulary)}
    return {**near, **asked.terms}


def nearest(word: str, vocabulary: Collection[str]) -> list[str]:
    """The nearest first, at most MOST: one slip of the finger apart, two in longer words. Swapped letters are one."""
    if len(word) < SHORTEST or word.isdigit():
        return []
    most = 1 if len(word) < SURE else 2
    found = process.extract(word, vocabulary, scorer=OSA.distance, score_cutoff=most, limit=MOST * 3)
    # Who mistypes seldom gets the first letter wrong.
    ranked = sorted((distance, near[0] != word[0], near) for near, distance, _at in found)
    return [near for distance, _first, near in ranked if distance == ranked[0][0]][:MOST]
