"""A question as it is asked of the index: its words, what they may stand for, and what was probably meant."""

from __future__ import annotations

from dataclasses import dataclass, replace

from aspa.service.search.vocabulary import Known
from aspa.service.search.widening import widened
from aspa.service.search.words import dictionaries, spelling
from aspa.service.search.words.normaliser import ITSELF, asked
from aspa.service.search.words.tokens import tokens

# No more of a question is read: letters, words.
LONGEST, MOST_WORDS = 300, 24
# So long a search waits for the dictionaries to be read, once in a process's life, in seconds. To make them takes
# longer, once in an installation's, and meanwhile words are found by how they begin.
PATIENCE = 1.0
# How much a word says that begins alike, where no dictionary can tell; how much of the word has to be alike.
ALIKE, ENDING, SHORTEST = 0.6, 3, 4
FEW = 12


@dataclass(frozen=True, slots=True)
class Question:
    """`wanted`: for each word the terms that will do and how much each says. `words`: as they were typed, in order.

    `meant`: for words that nobody knows, the nearest that the index has.
    """

    words: tuple[str, ...]
    wanted: tuple[dict[str, float], ...]
    meant: dict[str, str]


def read(text: str, known: Known) -> Question:
    """What is asked. No words: nothing."""
    text = text[:LONGEST]
    words = tokens(text)[:MOST_WORDS]
    if not words:
        return Question((), (), {})
    if not dictionaries.are_read():
        dictionaries.read_soon().join(PATIENCE)
        if not dictionaries.are_read():
            return Question(tuple(words), tuple(_by_beginning(word, known) for word in words), {})
    telling = asked(" ".join(words))
    meant = {one.word: near for one in telling if (near := spelling.meant(one, known.words))}
    mended = [replace(one, terms=spelling.mended(one, meant.get(one.word, []))) for one in telling]
    wanted = widened(mended, known.brand_id, dictionaries.LANGUAGES)
    return Question(tuple(words), tuple(wanted), {word: near[0] for word, near in meant.items()})


def _by_beginning(word: str, known: Known) -> dict[str, float]:
    found = {word: ITSELF}
    if len(word) >= SHORTEST:
        beginning = word[: max(SHORTEST, len(word) - ENDING)]
        for near in known.completions(beginning, FEW, title=False):
            found.setdefault(near, ALIKE)
    return found
