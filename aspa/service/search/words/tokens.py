"""A text cut into the words that are indexed: letters and digits alone, small, the same for every database."""

from __future__ import annotations

import re
import unicodedata

WORD = re.compile(r"[^\W_]+")
# Letters of the languages that are served; other marks on letters are left out, as people leave them out.
OURS = frozenset("åäö")
OTHERS = re.compile(r"[^\x00-\x7fåäö]")
# Longer ones are no words, and PostgreSQL takes none over 2 kB.
LONGEST = 64


def tokens(text: str) -> list[str]:
    """The words in order: "Café-lahjakortti 20 €" is cafe, lahjakortti, 20."""
    small = unicodedata.normalize("NFC", text).casefold()
    words = WORD.findall(small)
    if OTHERS.search(small):
        words = [folded(word) for word in words]
    return [word[:LONGEST] for word in words]


def folded(word: str) -> str:
    if word.isascii():
        return word
    return "".join(letter if letter in OURS or letter.isascii() else _bare(letter) for letter in word)


def _bare(letter: str) -> str:
    plain = "".join(part for part in unicodedata.normalize("NFD", letter) if not unicodedata.combining(part))
    return plain or letter
