"""Finnish as it is spoken and typed in a hurry: what the word would be in a text written with care.

Sounds that are lost at the end of words and vowels that run together (Iso suomen kielioppi, "loppuheitto",
"vokaaliyhtymät"), and å, ä and ö without what is above them.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

# What a word ends with, and with what it would end.
ENDS = {
    "hää": ("hdään",), "haa": ("hdaan",), "uun": ("uan",), "yyn": ("yän",),
    "oo": ("oa",), "öö": ("öä",), "uu": ("ua",), "yy": ("yä",), "ii": ("ia", "iä"), "ee": ("ea", "eä"),
    "aa": ("aan",), "ää": ("ään",),
    "oi": ("oja",), "öi": ("öjä",), "ui": ("uja",), "yi": ("yjä",), "ei": ("eja", "ejä"),
    "st": ("sta", "stä"), "lt": ("lta", "ltä"), "ks": ("ksi",), "l": ("lla", "llä"), "t": ("ta", "tä"),
    "s": ("ssa", "ssä", "si"),
    "nu": ("nut",), "ny": ("nyt",), "ne": ("nen", "inen"), "u": ("ui", "un"), "y": ("yi", "yn"),
    "a": ("an",), "ä": ("än",), "e": ("en",), "o": ("on",), "i": ("in",),
}  # fmt: skip
LONGEST_END = max(map(len, ENDS))
SHORTEST = 4
# What may have been meant by a letter. In a Finnish word either all are front vowels or none is.
BACK = str.maketrans("ao", "äö")
SWEDISH = {"a": "aåä", "o": "oö"}
# Of more letters there would be too many ways.
MOST_LETTERS = 4


def written(word: str, language: str) -> Iterator[str]:
    """How it may have been meant, the likeliest first."""
    if len(word) < SHORTEST or word.isdigit():
        return
    with_dots = list(dotted(word, language))
    yield from with_dots
    if language == "fi":
        for one in (word, *with_dots):
            yield from _spoken(one)


def dotted(word: str, language: str) -> Iterator[str]:
    """With what stands above the letters of the language, where all of it was left out."""
    if not word.isascii():
        return
    if language == "fi" and (front := word.translate(BACK)) != word and "u" not in word:
        yield front
    if language == "sv" and sum(word.count(letter) for letter in SWEDISH) <= MOST_LETTERS:
        ways = product(*(SWEDISH.get(letter, letter) for letter in word))
        next(ways)
        yield from map("".join, ways)


def _spoken(word: str) -> Iterator[str]:
    for length in range(LONGEST_END, 0, -1):
        for end in ENDS.get(word[-length:], ()):
            yield word[:-length] + end
