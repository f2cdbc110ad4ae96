"""In what order what was found is shown: the same on every database, which only says what there is to choose from.

Each word asked for counts once, by the best of the terms that were found for it: rare ones more (Robertson's idf), the
word itself more than its root, in the title more than in the body, several times a little more than once. How well the
question's words fit is then weighed by what else is known: whether they are the title, its kind, its age, whom it helped.
"""

from __future__ import annotations

import functools
import hashlib
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

# Of a term in the title, beside one that fills the body.
TITLE = 2.5
# A blog post or a question of another customer's is rather not what was looked for.
KINDS = {"faq": 1.05, "article": 1.05, "video": 1.0, "post": 0.9, "question": 0.85, "review": 0.8}
# The whole question as a title, in one, and in the text, word for word.
EXACT_TITLE, IN_TITLE, IN_BODY = 1.5, 1.2, 1.1
# What is new counts so much more, and half of that after so many days; what helped everybody, than what helped nobody.
FRESH, HALF_LIFE = 0.05, 180
HELPFUL = 0.2
# How soon a term's further occurrences, and a longer text, stop counting (BM25's k1 and b).
K, B = 1.2, 0.5
# What a term can count at most, in the title and all over the body.
MOST = TITLE + K + 1
# Of a packed term: that the title has it; how often the body has.
IN_TITLE_BIT, OFTEN = 0x80, 0x7F
# Bytes of a number: enough that two terms of one question and one document never share one.
NUMBER = 5

# A term that says no more is a part of another way of saying it: "vie" of "viedä takaisin", asked for "palautus".
HINT = 0.4

# How much a term found says of the word that was asked, by term.
Wanted = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Document:
    """The terms of what is indexed, packed as the database keeps them: the length of the body, the terms' numbers, and a
    byte for each. A search looks for a dozen terms in two hundred documents; it finds them without unpacking any.
    """

    packed: bytes

    @classmethod
    def of(cls, title: Mapping[str, int], body: Mapping[str, int]) -> Document:
        terms = {number(term): min(often, OFTEN) for term, often in body.items()}
        for term in title:
            terms[number(term)] = terms.get(number(term), 0) | IN_TITLE_BIT
        return cls(sum(body.values()).to_bytes(NUMBER, "little") + b"".join(terms) + bytes(terms.values()))

    @property
    def length(self) -> int:
        """Of the body, in terms."""
        return int.from_bytes(self.packed[:NUMBER], "little")

    def often(self, key: bytes) -> int:
        """How often the body has the term of this number, and a bit for the title; 0 when neither has it."""
        packed = self.packed
        end = NUMBER + (len(packed) - NUMBER) // (NUMBER + 1) * NUMBER
        at = packed.find(key, NUMBER, end)
        while at >= 0 and at % NUMBER:
            at = packed.find(key, at + 1, end)
        return packed[end + at // NUMBER - 1] if at >= 0 else 0

    def has(self, term: str) -> bool:
        return self.often(number(term)) > 0

    def has_in_title(self, term: str) -> bool:
        return self.often(number(term)) >= IN_TITLE_BIT


@dataclass(frozen=True, slots=True)
class Collection:
    """What is known of all documents: how many there are, how long bodies are, how many have a term."""

    size: int
    length: float
    having: Callable[[str], int]

    def rarity(self, term: str) -> float:
        having = min(self.having(term), self.size)
        return math.log(1 + (self.size - having + 0.5) / (having + 0.5))


@dataclass(frozen=True, slots=True)
class Traits:
    """What else is known of a document. `age` in days; helpfulness 0 to 1."""

    kind: str = ""
    age: float = 0
    helpfulness: float = 0.5
    # The question is its title; stands in its title as it was asked.
    is_title: bool = False
    in_title: bool = False


class Question:
    """What is wanted, ready to be looked for in many documents."""

    def __init__(self, wanted: Sequence[Wanted], among: Collection) -> None:
        self._among = among
        # A word: its terms' numbers, how sure each is and how much it counts; what counts most comes first.
        self._words = [
            sorted(
                (
                    (sure * among.rarity(term), sure, number(term))
                    for term, sure in one.items()
                    if among.having(term) > 0
                ),
                reverse=True,
            )
            for one in wanted
        ]
        # How rare each word is in itself; one that is nowhere is as rare as can be.
        self._rarity = [among.rarity(next(iter(one))) for one in wanted]

        self._has_hints = any(sure <= HINT for one in wanted for sure in one.values())

    def is_hinted_at(self, document: Document) -> bool:
        """Whether the document has nothing but such parts of what is wanted."""
        return self._has_hints and not any(
            sure > HINT and document.often(key) for one in self._words for _value, sure, key in one
        )

    def score(self, document: Document) -> float:
        """How well the words fit: the higher the better; 0 when nothing was found."""
        size = K * (1 - B + B * document.length / self._among.length)
        found = [value for one in self._words if (value := _best(one, document, size))]
        return sum(found) * math.sqrt(len(found) / len(self._words)) if found else 0.0

    def confidence(self, document: Document) -> float:
        """The share of the question that the document speaks of, 0 to 1: rare words count more."""
        whole = sum(self._rarity)
        sure = [max((sure for _value, sure, key in one if document.often(key)), default=0.0) for one in self._words]
        return sum(map(float.__mul__, self._rarity, sure)) / whole if whole else 0.0


def _best(word: Sequence[tuple[float, float, bytes]], document: Document, size: float) -> float:
    best = 0.0
    for value, _sure, key in word:
        if value * MOST <= best:
            break
        there = document.often(key)
        if there:
            often = there & OFTEN
            best = max(best, value * (TITLE * (there >= IN_TITLE_BIT) + often * (K + 1) / (often + size)))
    return best


def weight(traits: Traits) -> float:
    """By how much the words' score is multiplied: never so much that another subject comes first."""
    exact = EXACT_TITLE if traits.is_title else IN_TITLE if traits.in_title else 1.0
    fresh = 1 + FRESH * 0.5 ** (max(0.0, traits.age) / HALF_LIFE)
    return exact * fresh * KINDS.get(traits.kind, 1.0) * (1 + HELPFUL * (traits.helpfulness - 0.5))


@functools.lru_cache(maxsize=200_000)
def number(term: str) -> bytes:
    """A term by a number that is as good as its own."""
    return hashlib.blake2b(term.encode(), digest_size=NUMBER).digest()
