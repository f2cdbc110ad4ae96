"""Words that no dictionary has and no text: run together of two that the texts have, as "simkortti", "homedelivery"."""

from __future__ import annotations

from dataclasses import replace

from aspa.service.search.vocabulary import Known
from aspa.service.search.words.normaliser import BASE, Asked, weighed

SHORTEST = 6
# Letters of the first part and of the last.
SHORTEST_FIRST, SHORTEST_LAST = 2, 4
# A word that a dictionary has is cut, and a part with a slip of the finger in it believed beside one that is right, only
# where both have so many letters.
LONG_PART = 4
# So many ways to cut are looked at for slips.
MOST_WAYS = 3


def apart(one: Asked, known: Known) -> list[Asked]:
    """The two words, or nothing where it can't be cut so."""
    ways = _ways(one)
    parts = [[_there(part, one, known) for part in way] for way in ways]
    found = next(([left, right] for left, right in parts if left and right), [])
    return _asked(one, found)


def apart_with_slip(one: Asked, known: Known) -> list[Asked]:
    """The same of a word with a slip of the finger in one part: the nearest words that are there beside the other."""
    tried = 0
    for way in _ways(one):
        there = [_there(part, one, known) for part in way]
        if min(map(len, way)) < LONG_PART or not any(there):
            continue
        wrong = 0 if there[1] else 1
        if near := known.words.nearest(way[wrong]):
            there[wrong] = dict.fromkeys(near, BASE)
            return _asked(one, there)
        tried += 1
        if tried == MOST_WAYS:
            break
    return []


def _ways(one: Asked) -> list[tuple[str, str]]:
    """Where it may be cut: first where the shorter part is longest, the least likely to be there by chance."""
    word = one.word
    if len(word) < SHORTEST or any(character.isdigit() for character in word):
        return []
    first, last = (LONG_PART, LONG_PART) if one.is_spelt else (SHORTEST_FIRST, SHORTEST_LAST)
    ways = [(word[:at], word[at:]) for at in range(first, len(word) - last + 1)]
    return sorted(ways, key=lambda way: -min(map(len, way)))


def _asked(one: Asked, parts: list[dict[str, float]]) -> list[Asked]:
    return [replace(one, terms=terms, parts=(), is_spelt=True) for terms in parts]


def _there(part: str, one: Asked, known: Known) -> dict[str, float]:
    """Its terms, if anything has it or its base form."""
    terms: dict[str, float] = {}
    for language in one.languages:
        for term, sure in weighed(part, language).items():
            terms[term] = max(sure, terms.get(term, 0.0))
    return terms if any(known[term] for term, sure in terms.items() if sure >= BASE) else {}
