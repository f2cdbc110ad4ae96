"""What is shown of a document that was found: its best passage, and where the words of the question stand."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Callable, Sequence
from html import escape

from django.utils.safestring import SafeString, mark_safe

from aspa.service.search.ranking import HINT
from aspa.service.search.words import dictionaries
from aspa.service.search.words.normaliser import weighed
from aspa.service.search.words.tokens import WORD, folded

# Letters of a passage, and of a snippet.
PASSAGE, SNIPPET = 600, 180
# No more of a document is looked through, in letters.
LONGEST = 30_000
SENTENCE = re.compile(r"(?<=[.!?…])\s+")
BLANKS = re.compile(r"\s+")

# How much a word of the text says of the question; 0 for one that wasn't asked.
Weigh = Callable[[str], float]
# Whether a word of the text is shown as one that was asked for.
IsAsked = Callable[[str], bool]


def weighers(
    wanted: Sequence[dict[str, float]], language: str, rarity: Callable[[str], float]
) -> tuple[Weigh, IsAsked]:
    """For the words of a document in this language."""
    best: dict[str, float] = {}
    for one in wanted:
        for term, sure in one.items():
            if sure > best.get(term, 0):
                best[term] = sure

    @functools.cache
    def found(word: str) -> list[str]:
        plain = folded(word.casefold())
        terms = weighed(plain, language) if dictionaries.are_read() else {plain: 1.0}
        return [term for term in terms if term in best]

    @functools.cache
    def weigh(word: str) -> float:
        return max((best[term] * rarity(term) for term in found(word)), default=0.0)

    def is_asked(word: str) -> bool:
        return any(best[term] > HINT for term in found(word))

    return weigh, is_asked


def passage(body: str, weigh: Weigh) -> str:
    """The stretch of the body that says most about the question, whole sentences if they aren't endless."""
    stretches = _stretches(body[:LONGEST])
    return max(stretches, key=lambda one: _worth(one, weigh), default="")


def snippet(text: str, is_asked: IsAsked) -> SafeString:
    """A line or two of a passage around the first words that were asked for, escaped, these in <mark>."""
    text = BLANKS.sub(" ", text).strip()
    first = next((word.start() for word in WORD.finditer(text) if is_asked(word[0])), 0)
    start = 0
    if len(text) > SNIPPET and first > SNIPPET // 2:
        # From the beginning of a word.
        start = min(text.find(" ", max(0, first - SNIPPET // 3)) + 1, first)
    end = len(text)
    if end - start > SNIPPET:
        end = text.rfind(" ", start, start + SNIPPET)
        end = end if end > start else start + SNIPPET
    cut = marked(text[start:end], is_asked)
    return mark_safe(("… " if start else "") + cut + (" …" if end < len(text) else ""))  # noqa: S308 (escaped above)


def marked(text: str, is_asked: IsAsked) -> SafeString:
    """The text escaped, with the words that were asked for in <mark>."""
    parts, reached = [], 0
    for word in WORD.finditer(text):
        if is_asked(word[0]):
            parts += [escape(text[reached : word.start()]), f"<mark>{escape(word[0])}</mark>"]
            reached = word.end()
    return mark_safe("".join([*parts, escape(text[reached:])]))  # noqa: S308 (escaped above)


def _worth(text: str, weigh: Weigh) -> float:
    """Each word once; of as good ones the first stays."""
    return sum({word: weigh(word) for word in WORD.findall(text)}.values())


def _stretches(body: str) -> list[str]:
    """Paragraphs, short ones together with what follows them, long ones cut between sentences."""
    found, current = [], ""
    for paragraph in unicodedata.normalize("NFC", body).split("\n"):
        for sentence in SENTENCE.split(paragraph.strip()) if len(paragraph) > PASSAGE else [paragraph.strip()]:
            if current and len(current) + len(sentence) > PASSAGE:
                found.append(current)
                current = ""
            current = f"{current} {sentence[:PASSAGE]}".strip()
    return [*found, current] if current else found
