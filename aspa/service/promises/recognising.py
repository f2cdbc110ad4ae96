"""Promises in what an agent writes: to find something out, to come back, to send, to pay, by a time or without one.

Rules for the three languages, no model: what is found can be explained, and it costs well below a millisecond.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from functools import cache
from typing import TYPE_CHECKING

from aspa.service.promises import dates
from aspa.service.promises.sentences import Sentence, clauses, sentences, words
from aspa.service.promises.speech import english_verbs, finnish_verbs, swedish_verbs
from aspa.service.promises.speech.grammar import Grammar, without_idioms

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from aspa.service.hours.schedule import Schedule

GRAMMARS: dict[str, Grammar] = {
    "fi": finnish_verbs.GRAMMAR,
    "sv": swedish_verbs.GRAMMAR,
    "en": english_verbs.GRAMMAR,
}
MOST = 10
LONGEST_WHAT = 200
# Words behind a comma that only say more of the time.
SHORT = 4
# Here a condition begins that doesn't bind what was said before: "I'll find out, and if it is lost, …"
ANEW = re.compile(r"(?:;|\s[–—-]|[,\s]\s?(?:ja|mutta|and|but|och|men))\s(?=(?:jos|mikäli|if|om)\b)", re.IGNORECASE)


@dataclasses.dataclass(frozen=True, slots=True)
class Found:
    """A promise: its sentence's place in the text, the instant by which (None when the sentence names no time that is
    ahead), and the sentence itself on one line."""

    start: int
    end: int
    due: dt.datetime | None
    what: str


def recognise(text: str, *, language: str = "", now: dt.datetime, schedule: Schedule | None) -> list[Found]:
    """The promises that the text makes to its reader, in order, at most `MOST`.

    language: fi, sv or en when the conversation's is known; each sentence's own words count for more.
    schedule: whose working days and wall clock are meant; without it those of an office in the zone of `now`.
    """
    found: list[Found] = []
    for sentence in sentences(text):
        for code in _languages(sentence, language):
            promise = _promise_in(sentence, code, now, schedule)
            if promise is not None:
                found.append(promise)
                break
        if len(found) == MOST:
            break
    return found


def _languages(sentence: Sentence, hint: str) -> Sequence[str]:
    """The language that the sentence is in; the hint, or all of them, when its words don't tell."""
    said = set(words(sentence.text))
    counts = {code: len(said & grammar.common) for code, grammar in GRAMMARS.items()}
    most = max(counts.values())
    likely = [code for code in GRAMMARS if counts[code] == most]
    return [hint] if hint in likely else likely


def _promise_in(sentence: Sentence, code: str, now: dt.datetime, schedule: Schedule | None) -> Found | None:
    grammar = GRAMMARS[code]
    text = sentence.text.lower().replace("’", "'")
    if sentence.is_question or grammar.general.search(text) or grammar.reports.search(text):
        return None
    for segment in ANEW.split(text):
        told = without_idioms(segment, grammar.idioms)
        if grammar.condition.search(told):
            continue

        @cache
        def has_deadline(told: str = told) -> bool:
            return dates.named(told, code, now, schedule)[0]

        for start, end in _promising(told, grammar):
            if grammar.says(words(segment[start:end]), segment[start:end].strip(), has_deadline):
                what = " ".join(sentence.text.split())[:LONGEST_WHAT]
                return Found(sentence.start, sentence.end, _due(told, start, end, code, now, schedule), what)
    return None


def _promising(text: str, grammar: Grammar) -> Iterator[tuple[int, int]]:
    """The clauses that neither deny nor merely offer."""
    for start, end in clauses(text):
        said = set(words(text[start:end]))
        if not said & grammar.negations and not said & grammar.offers:
            yield start, end


def _due(text: str, start: int, end: int, code: str, now: dt.datetime, schedule: Schedule | None) -> dt.datetime | None:
    """The clause's own time, with what follows behind a comma ("tomorrow, by two"); else the sentence's."""
    following = next((after for before, after in clauses(text) if before == end + 1 and text[end] == ","), end)
    short = following if len(words(text[end:following])) <= SHORT else end
    for part in (text[start:short], text[start:end], text):
        is_named, due = dates.named(part, code, now, schedule)
        if is_named:
            return due
    return None
