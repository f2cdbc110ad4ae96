"""How hard a text is to read.

Swedish and English: LIX, words in a sentence plus the share of words of more than six letters (C. H. Björnsson, Läsbarhet,
1968); 30 is easy, 40 is as newspapers, 50 is hard, 60 is officialese. Finnish words are so long that LIX says little of
them: there it is Wiio's measure, the school year that can read it: 2.7 + 0.3 × the share of words of at least four
syllables in their base form (O. A. Wiio, Viestinnän perusteet, 1989).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

LONG = 7  # letters
MANY_SYLLABLES = 4
FEWEST_WORDS = 30  # fewer say nothing
WORD = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*")
SENTENCE_END = re.compile(r"[.!?:…]+(?=\s|$)|\n")
VOWELS = "aeiouyäöå"
# Two vowels that are one syllable: long ones, and the diphthongs (Iso suomen kielioppi § 21).
TOGETHER = {vowel * 2 for vowel in VOWELS} | {
    "ai", "ei", "oi", "ui", "yi", "äi", "öi", "au", "eu", "iu", "ou", "ey", "iy", "äy", "öy", "ie", "uo", "yö",
}  # fmt: skip


class Level(IntEnum):
    EASY = 1
    FAIR = 2
    HARD = 3
    VERY_HARD = 4


@dataclass(frozen=True, slots=True)
class Reading:
    """`value` is LIX, or the school year for Finnish."""

    measure: str
    value: int
    level: Level


def reading(text: str, language: str, base_form: Callable[[str], str] = str) -> Reading | None:
    """None where the text is too short to tell. `base_form` is asked for Finnish words."""
    words = WORD.findall(text)
    if len(words) < FEWEST_WORDS:
        return None
    if language == "fi":
        year = round(
            2.7 + 0.3 * 100 * sum(syllables(base_form(word.lower())) >= MANY_SYLLABLES for word in words) / len(words)
        )
        return Reading("wiio", year, _level(year, (9, 12, 15)))
    sentences = max(1, sum(bool(WORD.search(part)) for part in SENTENCE_END.split(text)))
    lix = round(len(words) / sentences + 100 * sum(len(word) >= LONG for word in words) / len(words))
    return Reading("lix", lix, _level(lix, (40, 50, 60)))


def syllables(word: str) -> int:
    """Of a Finnish word."""
    count, previous = 0, ""
    for letter in word:
        if letter not in VOWELS:
            previous = ""
        elif previous + letter in TOGETHER:
            # Both are taken: a third vowel begins a syllable again.
            previous = ""
        else:
            count, previous = count + 1, letter
    return count


def _level(value: int, above: tuple[int, int, int]) -> Level:
    return Level(1 + sum(value > one for one in above))
