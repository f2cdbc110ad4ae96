"""Plain text: cleaned at the edge, shortened for lists."""

from __future__ import annotations

import re
import unicodedata

# Controls other than tab and line feed; NUL among them, which PostgreSQL refuses. Also the bidirectional overrides
# with which a text can pretend to say something else.
_UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


def clean(text: str) -> str:
    """The text as we store it: composed letters, one kind of newline, no controls, no blank ends."""
    if text.isprintable():
        return unicodedata.normalize("NFC", text).strip()
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", _UNWANTED.sub("", text)).strip()


def preview(text: str, length: int = 140) -> str:
    """One line of at most `length` characters, cut with an ellipsis, at a word where one ends near."""
    line = " ".join(text[: length * 4].split())
    if len(line) <= length:
        return line
    cut = line[: length - 1]
    word_end = cut.rfind(" ")
    return (cut[:word_end] if word_end > length * 3 // 4 else cut).rstrip(" ,;:–-") + "…"


def initials(name: str) -> str:
    """Up to two letters for a picture's place: first and last name's."""
    words = [word for word in name.split() if word[0].isalnum()]
    if not words:
        return "?"
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


def plain_length(text: str) -> int:
    """The length as browsers count it (UTF-16 units), so that a limit means the same on both sides."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
