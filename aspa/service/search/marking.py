"""The piece of a text in which what was asked stands, with the words marked: escaped HTML with <mark>."""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection

from django.utils.html import conditional_escape, format_html_join
from django.utils.safestring import SafeString, mark_safe

from aspa.service.search.messages.documents import languages_of, terms
from aspa.service.search.words import dictionaries
from aspa.service.search.words.tokens import WORD, tokens

# Letters of a piece, of which so many before the first word found; words that are looked at.
LENGTH, BEFORE, MOST_WORDS = 180, 50, 2_000
BLANKS = re.compile(r"\s+")


class Marker:
    """Marks the words that are found under any of these terms, and those that begin so."""

    def __init__(self, wanted: Collection[str], beginning: str = "") -> None:
        self._wanted, self._beginning = frozenset(wanted), beginning

    def snippet(self, text: str, language: str = "") -> SafeString:
        """Around the first word that was found; the beginning when none was."""
        tidy = BLANKS.sub(" ", text).strip()
        places = self._places(tidy, language)
        start = _start(tidy, places[0][0]) if places else 0
        end = _end(tidy, start + LENGTH)
        return _marked(tidy, [place for place in places if start <= place[0] < end], start, end)

    def _places(self, text: str, language: str) -> list[tuple[int, int]]:
        if not (self._wanted or self._beginning):
            return []
        found: list[tuple[int, int]] = []
        words = list(itertools.islice(WORD.finditer(text), MOST_WORDS))
        if not dictionaries.are_read():
            return [word.span() for word in words if self._is_wanted(tokens(word[0]), ())]
        spoken = languages_of((token for word in words for token in tokens(word[0])), language)
        for word in words:
            if found and word.start() > found[0][0] + LENGTH:
                break
            if self._is_wanted(tokens(word[0]), spoken):
                found.append(word.span())
        return found

    def _is_wanted(self, told: list[str], spoken: tuple[str, ...]) -> bool:
        if self._beginning and any(token.startswith(self._beginning) for token in told):
            return True
        if not self._wanted.isdisjoint(told):
            return True
        return any(not self._wanted.isdisjoint(terms(token, one)) for token in told for one in spoken)


def stands_in(phrase: list[str], text: str) -> bool:
    """Whether the words stand in the text one after the other."""
    words, length = tokens(text), len(phrase)
    return any(words[at : at + length] == phrase for at in range(len(words) - length + 1))


def _start(text: str, first: int) -> int:
    """At the beginning of a word."""
    if first <= BEFORE:
        return 0
    blank = text.find(" ", first - BEFORE, first)
    return blank + 1 if blank >= 0 else first


def _end(text: str, end: int) -> int:
    if end >= len(text):
        return len(text)
    blank = text.rfind(" ", end - BEFORE, end)
    return blank if blank > 0 else end


def _marked(text: str, places: list[tuple[int, int]], start: int, end: int) -> SafeString:
    pieces: list[tuple[str]] = [("… " if start else "",)]
    at = start
    for first, last in places:
        pieces += [(text[at:first],), (_mark(text[first:last]),)]
        at = last
    pieces += [(text[at : max(at, end)],), (" …" if end < len(text) else "",)]
    return format_html_join("", "{}", pieces)


def _mark(word: str) -> SafeString:
    return mark_safe(f"<mark>{conditional_escape(word)}</mark>")  # noqa: S308 (escaped)
