"""In what order what was found is shown: the same on every database, which only says what there is to choose from.

Each word asked for counts once, by the best of the terms that were found for it: rare ones more (Robertson's idf), the
word itself more than its root, in the title more than in the body, several times a little more than once.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

# Of a term in the title, beside one that fills the body.
TITLE = 2.5
# How soon a term's further occurrences, and a longer text, stop counting (BM25's k1 and b).
K, B = 1.2, 0.5

# How much a term found says of the word that was asked, by term.
Wanted = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Document:
    """The terms of what is indexed, as `normaliser.indexed` gives them."""

    title: Counter[str]
    body: Counter[str]


@dataclass(frozen=True, slots=True)
class Collection:
    """What is known of all documents: how many there are, how long bodies are, how many have a term."""

    size: int
    length: float
    having: Callable[[str], int]

    def rarity(self, term: str) -> float:
        having = min(self.having(term), self.size)
        return math.log(1 + (self.size - having + 0.5) / (having + 0.5))


def score(wanted: Sequence[Wanted], document: Document, among: Collection) -> float:
    """The higher the better; 0 when nothing was found."""
    found = [
        max((_of_term(term, weight, document, among) for term, weight in one.items()), default=0) for one in wanted
    ]
    share = sum(one > 0 for one in found) / len(found) if found else 0
    return sum(found) * math.sqrt(share)


def _of_term(term: str, weight: float, document: Document, among: Collection) -> float:
    in_title, in_body = document.title[term], document.body[term]
    if not in_title and not in_body:
        return 0
    size = 1 - B + B * document.body.total() / among.length
    often = in_body * (K + 1) / (in_body + K * size)
    return weight * among.rarity(term) * (TITLE * bool(in_title) + often)
