"""A question as it is asked of the index: its words, what they may stand for, and what was probably meant."""

from __future__ import annotations

from dataclasses import dataclass, replace

from aspa.service.search import cutting
from aspa.service.search.vocabulary import Known
from aspa.service.search.widening import is_usual, widened
from aspa.service.search.words import dictionaries, spelling
from aspa.service.search.words.normaliser import BASE, ITSELF, Asked, asked
from aspa.service.search.words.tokens import tokens

# No more of a question is read: letters, words.
LONGEST, MOST_WORDS = 300, 24
# How much a word says that begins alike, where nothing better is known; how much of the word has to be alike: a share,
# and letters at least.
ALIKE, SHARE, SHORTEST = 0.6, 0.6, 4
FEW = 12

# A word, and the words that it may be a slip for.
Taken = tuple[Asked, list[str]]


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
    if not dictionaries.come():
        return Question(tuple(words), tuple(_by_beginning(word, known) for word in words), {})
    taken = [part for one in asked(" ".join(words)) for part in _taken(one, known, loosely=loosely)]
    meant = {one.word: near for one, near in taken if near}
    wanted = widened([replace(one, terms=spelling.mended(one, near)) for one, near in taken], known)
    if loosely:
        wanted = [one if any(known[term] for term in one) else _by_beginning(next(iter(one)), known) for one in wanted]
    return Question(tuple(words), tuple(wanted), {word: near[0] for word, near in meant.items()}, loosely)


def _taken(one: Asked, known: Known, *, loosely: bool) -> list[Taken]:
    """What nothing has as it stands is a slip of the finger, or two words: what has both is nearer than what has one
    twice.
    """
    if _is_there(one.terms, known):
        return [(one, [])]
    mended = _mended(one, known, loosely=loosely, slips=1)
    if spelling.bare(one.word) in map(spelling.bare, mended[1]):
        return [mended]
    parts = [replace(one, terms=part, parts=()) for part in one.parts]
    if parts and (all(_is_there(part.terms, known) for part in parts) or not (mended[1] or is_usual(one))):
        return [_mended(part, known, loosely=loosely) for part in parts]
    if mended[1]:
        return [mended]
    parts = cutting.apart(one, known)
    if not parts and not one.is_spelt:
        near = [word for word in spelling.by_dictionary(one, known.words) if known[word] > 0]
        mended = (one, near) if near else _mended(one, known, loosely=loosely)
        parts = [] if mended[1] else cutting.apart_with_slip(one, known)
    return [(part, []) for part in parts] or [mended]


def _is_there(terms: dict[str, float], known: Known) -> bool:
    return any(known[term] for term, sure in terms.items() if sure >= BASE)


def _mended(one: Asked, known: Known, *, loosely: bool, slips: int = spelling.SLIPS) -> Taken:
    """Of what a dictionary has one slip at most is believed, and only where it is asked loosely."""
    if one.is_spelt:
        slips = 1
    unsure = replace(one, is_spelt=False) if loosely else one
    return one, [near for near in spelling.meant(unsure, known.words, slips) if known[near] > 0]


def _by_beginning(word: str, known: Known) -> dict[str, float]:
    found = {word: ITSELF}
    if len(word) >= SHORTEST:
        beginning = word[: max(SHORTEST, round(len(word) * SHARE))]
        for near in known.completions(beginning, FEW, title=False):
            found.setdefault(near, ALIKE)
    return found
