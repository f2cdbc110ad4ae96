"""In what order what was found is shown: the same on every database, which only says what there is to choose from.

Each word asked for counts once, by the best of the terms that were found for it: rare ones more (Robertson's idf), the
word itself more than its root, in the title more than in the body, several times a little more than once.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

# Of a term in the title, beside one that fills the body.
TITLE = 2.5
# A blog post or a question of another customer's is rather not what was looked for.
KINDS = {"faq": 1.05, "article": 1.05, "video": 1.0, "post": 0.9, "question": 0.85, "review": 0.8}
# The whole question as a title, and in one, word for word.
EXACT_TITLE, IN_TITLE = 1.5, 1.2
# What is new counts so much more, and half of that after so many days; what helped everybody, than what helped nobody.
FRESH, HALF_LIFE = 0.05, 180
HELPFUL = 0.2
# How soon a term's further occurrences, and a longer text, stop counting (BM25's k1 and b).
K, B = 1.2, 0.5

# How much a term found says of the word that was asked, by term.
Wanted = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Document:
    """How often what is indexed has which terms, as `normaliser.indexed` gives them. `length`: of the body, in terms."""

    title: Mapping[str, int]
    body: Mapping[str, int]
    length: int


@dataclass(frozen=True, slots=True)
class Traits:
    """What else is known of it. `age` in days; helpfulness 0 to 1."""

    kind: str = ""
    age: float = 0
    helpfulness: float = 0.5
    # The question is its title; stands in its title as it was asked.
    is_title: bool = False
    in_title: bool = False


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
    found = [_best(one, document, among) for one in wanted]
    share = sum(one > 0 for one in found) / len(found) if found else 0
    return sum(found) * math.sqrt(share)


def weight(traits: Traits) -> float:
    """By how much the words' score is multiplied: never so much that another subject comes first."""
    exact = EXACT_TITLE if traits.is_title else IN_TITLE if traits.in_title else 1.0
    fresh = 1 + FRESH * 0.5 ** (max(0.0, traits.age) / HALF_LIFE)
    return exact * fresh * KINDS.get(traits.kind, 1.0) * (1 + HELPFUL * (traits.helpfulness - 0.5))


def confidence(wanted: Sequence[Wanted], document: Document, among: Collection) -> float:
    """The share of the question that the document speaks of, 0 to 1: rare words count more."""
    weights = [
        max((among.rarity(term) for term, sure in one.items() if sure == max(one.values())), default=0.0)
        for one in wanted
    ]
    found = [
        max((sure for term, sure in one.items() if term in document.body or term in document.title), default=0.0)
        for one in wanted
    ]
    whole = sum(weights)
    return sum(rare * sure for rare, sure in zip(weights, found, strict=True)) / whole if whole else 0.0


def write(document: Document) -> str:
    return json.dumps([document.title, document.body, document.length], ensure_ascii=False, separators=(",", ":"))


def read(text: str) -> Document:
    return Document(*json.loads(text))


def _best(one: Wanted, document: Document, among: Collection) -> float:
    """By the best term that was found for a word."""
    title, body = document.title, document.body
    best = 0.0
    for term, sure in one.items():
        in_body = body.get(term, 0)
        in_title = term in title
        if in_body or in_title:
            size = 1 - B + B * document.length / among.length
            often = in_body * (K + 1) / (in_body + K * size)
            best = max(best, sure * among.rarity(term) * (TITLE * in_title + often))
    return best
