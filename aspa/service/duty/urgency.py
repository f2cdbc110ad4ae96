"""Whether a text says that it is urgent."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aspa.service.promises.sentences import sentences
from aspa.service.promises.speech.grammar import words_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
# In another language than the customer's a short word may mean something else.
LONG_ENOUGH = 5
# "Ei ole mitään kiirettä": the words that stand between a no and what it denies. Anything else between them may begin a
# new thought ("en pääse sisään hätä on suuri"), and waking somebody in vain is better than not waking them.
NO = words_of("ei eikä inte ej ingen inget inga icke not no isn't isnt nothing never non")
BETWEEN = words_of(
    "ole oo mitään mikään niin kovin siis erityisen enää tässä sinänsä kova kovaa minulla tällä asialla sen"
    " är det så alls något någon särskilt direkt jätte någonting"
    " a an at all so that very really particularly super is it in any"
)


def found(text: str, words: Mapping[str, Sequence[str]], *, language: str = "") -> str:
    """The urgent word as it was written, or "". What is quoted or denied ("ei kiirettä") doesn't count.

    words: by language; "kiireelli*" is any word that begins so, and several words stand in a row. Those of other
    languages than the customer's count only when they are long enough not to be taken for something else.
    """
    entries = [
        entry.casefold().split()
        for code, listed in words.items()
        for entry in listed
        if code == language or not language or sum(map(str.isalpha, entry)) >= LONG_ENOUGH
    ]
    # Most messages have none of them anywhere, and that is quickly seen.
    folded = text.casefold()
    entries = [entry for entry in entries if entry and entry[0].rstrip("*") in folded]
    for sentence in sentences(text) if entries else ():
        written = WORD.findall(sentence.text)
        plain = [word.casefold().replace("’", "'") for word in written]
        for at in range(len(plain)):
            for entry in entries:
                if _stands(entry, plain, at) and not _is_denied(plain[:at]):
                    return " ".join(written[at : at + len(entry)])
    return ""


def _stands(entry: Sequence[str], words: Sequence[str], at: int) -> bool:
    there = words[at : at + len(entry)]
    return len(there) == len(entry) and all(map(_fits, entry, there))


def _fits(wanted: str, word: str) -> bool:
    return word.startswith(wanted[:-1]) if wanted.endswith("*") else word == wanted


def _is_denied(before: list[str]) -> bool:
    while before and before[-1] in BETWEEN:
        before = before[:-1]
    return bool(before) and before[-1] in NO
