"""Words near a misspelt one, among those that the index has."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator

from rapidfuzz import process
from rapidfuzz.distance import OSA

from aspa.service.search.words.dictionaries import dictionary
from aspa.service.search.words.normaliser import BASE, ROOT, Asked, weighed

# Shorter ones are near to too many.
SHORTEST, SURE = 4, 6
# Of the finger, in one word.
SLIPS = 2
MOST = 3
# Of so many words only those are looked at that begin alike.
MANY = 50_000
# How much finding a near word says of the one asked for.
NEAR = 0.8
# As people write whose keyboard has no such letters: "sahkopyora".
BARE = str.maketrans("åäö", "aao")
LETTERS = "abcdefghijklmnopqrstuvwxyzåäö"


class Vocabulary:
    """The words of an index, without roots. Asked often, by several threads, while words are added."""

    def __init__(self, words: Iterable[str]) -> None:
        self._known: set[str] = set()
        # By length and first bare letter; beside each word the same in bare letters.
        self._words: dict[tuple[int, str], tuple[list[str], list[str]]] = {}
        self.add(words)

    def __contains__(self, word: str) -> bool:
        return word in self._known

    def add(self, words: Iterable[str]) -> None:
        fresh_ones: dict[tuple[int, str], list[str]] = {}
        for word in words:
            if not word.startswith(ROOT) and word not in self._known:
                self._known.add(word)
                fresh_ones.setdefault((len(word), bare(word[0])), []).append(word)
        for shelf, fresh in fresh_ones.items():
            known, bares = self._words.get(shelf, ([], []))
            # New lists: somebody may be reading the old ones.
            self._words[shelf] = ([*known, *fresh], [*bares, *map(bare, fresh)])

    def nearest(self, word: str, slips: int = SLIPS) -> list[str]:
        """The nearest first, at most MOST: one slip of the finger apart, in longer words at most so many.

        Swapped letters are one slip, letters without their dots none.
        """
        if len(word) < SHORTEST or word.isdigit():
            return []
        plain = bare(word)
        # Who mistypes seldom gets the first letter wrong; among very many words it would take long to look at all.
        most = min(slips, 1 if len(plain) < SURE else SLIPS)
        ranked = self._near(plain, most, {plain[0]})
        if not ranked and len(self._known) <= MANY:
            ranked = self._near(plain, most, {first for _length, first in list(self._words)})
        return [near for distance, near in ranked if distance == ranked[0][0]][:MOST]

    def _near(self, plain: str, most: int, firsts: Iterable[str]) -> list[tuple[float, str]]:
        """Words that begin with one of these letters, with their distance, the nearest first."""
        ranked: list[tuple[float, str]] = []
        for first in firsts:
            for length in range(len(plain) - most, len(plain) + most + 1):
                words, bares = self._words.get((length, first), ([], []))
                found = process.extract(plain, bares, scorer=OSA.distance, score_cutoff=most, limit=MOST * 3)
                ranked += [(distance, words[at]) for _near, distance, at in found]
        return sorted(ranked)


def bare(word: str) -> str:
    """Without what stands above its letters."""
    return word.translate(BARE)


def meant(asked: Asked, vocabulary: Vocabulary, slips: int = SLIPS) -> list[str]:
    """The words near to one that neither a dictionary nor the index knows: what was meant, perhaps."""
    itself = [term for term in asked.terms if not term.startswith(ROOT)][:2]
    if asked.is_spelt or any(term in vocabulary for term in itself):
        return []
    return list(dict.fromkeys(near for term in itself for near in vocabulary.nearest(term, slips)))


def by_dictionary(asked: Asked, vocabulary: Vocabulary) -> list[str]:
    """Words of the index whose other forms are one slip apart: "kulokkeet" where texts have "kuulokkeiden"."""
    found = (
        term
        for language in asked.languages
        for form in _a_slip_apart(asked.word, language)
        for term, sure in weighed(form, language).items()
        if sure >= BASE and term in vocabulary
    )
    return list(dict.fromkeys(found))[:MOST]


@functools.lru_cache(maxsize=10_000)
def _a_slip_apart(word: str, language: str) -> tuple[str, ...]:
    """The words of a dictionary that are."""
    known = dictionary(language)
    return tuple(dict.fromkeys(one for one in _slipped(word) if one in known)) if len(word) >= SURE else ()


def _slipped(word: str) -> Iterator[str]:
    """Every way to mistype it but in the first letter: swapped, left out, another, one more."""
    for at in range(1, len(word) + 1):
        before, after = word[:at], word[at:]
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:]
        for letter in LETTERS:
            yield before + letter + after
            if after:
                yield before + letter + after[1:]
        if after:
            yield before + after[1:]


def mended(asked: Asked, near: list[str]) -> dict[str, float]:
    """The terms to look for: the word's own first, then those that were meant."""
    return {**asked.terms, **{word: NEAR for word in near if word not in asked.terms}}
