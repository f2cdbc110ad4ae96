"""A question as it is asked of the index: its words, what they may stand for, and what was probably meant."""

from __future__ import annotations

from dataclasses import dataclass, replace

from aspa.service.search.vocabulary import Known
from aspa.service.search.widening import widened
from aspa.service.search.words import dictionaries, spelling
from aspa.service.search.words.normaliser import BASE, ITSELF, Asked, asked
from aspa.service.search.words.tokens import tokens

# No more of a question is read: letters, words.
LONGEST, MOST_WORDS = 300, 24
# So long a search waits for the dictionaries to be read, once in a process's life, in seconds. To make them takes
# longer, once in an installation's, and meanwhile words are found by how they begin.
PATIENCE = 1.0
# How much a word says that begins alike, where nothing better is known; how much of the word has to be alike: a share,
# and letters at least.
ALIKE, SHARE, SHORTEST = 0.6, 0.6, 4
FEW = 12


@dataclass(frozen=True, slots=True)
class Question:
    """`wanted`: for each word the terms that will do and how much each says. `words`: as they were typed, in order.

    `meant`: for words that nobody knows, the nearest that the index has. `is_guess`: asked loosely.
    """

    words: tuple[str, ...]
    wanted: tuple[dict[str, float], ...]
    meant: dict[str, str]
    is_guess: bool = False


def read(text: str, known: Known, *, loosely: bool = False) -> Question:
    """What is asked. No words: nothing. Loosely, for what found nothing: words that the index hasn't are slips, though a
    dictionary has them, and may go on in another way than they do.
    """
    text = text[:LONGEST]
    words = tokens(text)[:MOST_WORDS]
    if not words:
        return Question((), (), {})
    if not dictionaries.are_read():
        dictionaries.read_soon().join(PATIENCE)
        if not dictionaries.are_read():
            return Question(tuple(words), tuple(_by_beginning(word, known) for word in words), {})
    telling = [part for one in asked(" ".join(words)) for part in _apart(one, known)]
    if loosely:
        telling = [replace(one, is_spelt=False) for one in telling]
    meant = {one.word: near for one in telling if (near := _meant(one, known))}
    mended = [replace(one, terms=spelling.mended(one, meant.get(one.word, []))) for one in telling]
    wanted = widened(mended, known.brand_id)
    if loosely:
        wanted = [one if any(known[term] for term in one) else _by_beginning(next(iter(one)), known) for one in wanted]
    return Question(tuple(words), tuple(wanted), {word: near[0] for word, near in meant.items()}, loosely)


def _apart(one: Asked, known: Known) -> list[Asked]:
    """A compound that nothing has as a whole is asked by its parts: what has both is nearer than what has one twice."""
    if not one.parts or any(known[term] for term, sure in one.terms.items() if sure >= BASE):
        return [one]
    return [replace(one, terms=part, parts=()) for part in one.parts]


def _meant(one: Asked, known: Known) -> list[str]:
    return [near for near in spelling.meant(one, known.words) if known[near] > 0]


def _by_beginning(word: str, known: Known) -> dict[str, float]:
    found = {word: ITSELF}
    if len(word) >= SHORTEST:
        beginning = word[: max(SHORTEST, round(len(word) * SHARE))]
        for near in known.completions(beginning, FEW, title=False):
            found.setdefault(near, ALIKE)
    return found
