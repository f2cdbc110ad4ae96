"""A text as sentences and their clauses, with what others said left out."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

from aspa.service.promises.speech.grammar import words_of

if TYPE_CHECKING:
    from collections.abc import Iterator

# A reply is shorter; what is pasted behind it isn't looked at.
LONGEST = 20_000

QUOTED_LINE = re.compile(r"^[ \t]*>[^\n]*", re.MULTILINE)
# A quotation is closed within a paragraph, or it is none.
QUOTATION = re.compile('["“”„»][^"“”„»«\n]{1,600}["“”»«]')
END = re.compile(r"[.!?…]+(?=[\s)\]*\"]|$)|\n")
ABBREVIATIONS = words_of(
    "klo kl esim mm ym jne n noin ca bl.a t.ex m.m osv nr no e.g i.e approx p.m a.m ma ti ke to pe la su os tel"
    " puh mån tis ons tors fre lör sön mon tue wed thu fri vko min st"
)
# "3. joulukuuta" goes on, "klo 14. Kiitos" doesn't.
LAST_WORD = re.compile(r"[\w.]{1,12}$")
CLAUSES = re.compile(r"[,;:()]|\s[–—-]\s|\b(?:mutta|ja|sekä|joten|och|men|så|samt|and|but|so|then)\b", re.IGNORECASE)
WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


@dataclasses.dataclass(frozen=True, slots=True)
class Sentence:
    """`start` and `end` are its place in the whole text; `text` has its length, with quotations blanked out."""

    start: int
    end: int
    text: str

    @property
    def is_question(self) -> bool:
        return "?" in self.text[-4:]


def sentences(text: str) -> Iterator[Sentence]:
    """The sentences that the writer says, in order."""
    text = _without_quotations(text[:LONGEST])
    start = 0
    for found in END.finditer(text):
        if not _ends(text, found):
            continue
        yield from _trimmed(text, start, found.end())
        start = found.end()
    yield from _trimmed(text, start, len(text))


def clauses(text: str) -> list[tuple[int, int]]:
    """A sentence taken apart at its commas and conjunctions: from where to where each part goes."""
    ends = [0, *(end for found in CLAUSES.finditer(text) for end in found.span()), len(text)]
    return [(start, end) for start, end in zip(ends[::2], ends[1::2], strict=True) if text[start:end].strip()]


def words(text: str) -> list[str]:
    """In small letters, with one kind of apostrophe."""
    return [word.replace("’", "'") for word in WORD.findall(text.lower())]


def _without_quotations(text: str) -> str:
    for pattern in (QUOTED_LINE, QUOTATION):
        text = pattern.sub(lambda found: " " * len(found[0]), text)
    return text


def _ends(text: str, found: re.Match[str]) -> bool:
    following = text[found.end() : found.end() + 3].lstrip()[:1]
    if found[0] == "\n":
        before = text[max(0, found.start() - 1) : found.start()]
        # A line that was broken by hand in the middle of a sentence.
        return not following.islower() or before in ".!?:…\n" or not before
    if found[0] != ".":
        return True
    last = LAST_WORD.search(text, max(0, found.start() - 12), found.start())
    word = last[0].lower() if last else ""
    if word in ABBREVIATIONS:
        return not (following.islower() or following.isdigit())
    return not (word[-1:].isdigit() and following.islower())


def _trimmed(text: str, start: int, end: int) -> Iterator[Sentence]:
    part = text[start:end]
    start += len(part) - len(part.lstrip())
    part = part.strip()
    if part and WORD.search(part):
        yield Sentence(start, start + len(part), part)
