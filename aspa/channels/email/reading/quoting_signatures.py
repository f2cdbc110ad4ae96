"""Where a signature begins: RFC 3676's dashes, the lines of programs and lawyers, a company's contact block."""

from __future__ import annotations

import re
from collections.abc import Sequence

from aspa.channels.email.reading import quoting_marks as marks

_LONGEST_SIGNATURE = 25
_LONGEST_CONTACT_BLOCK = 14
_CLOSING = re.compile(
    r"(?:(?:parhain|ystävällisin|kunnioittavin|kunnioittaen|lämpimin|terveisin|terveisiä|terv|yst\.? ?terv"
    r"|yt|t|br|kr|mvh|vh|hälsningar|hälsn|med|vänliga?|bästa|bäst|best|kind|warm|many thanks|thanks|regards|sincerely"
    r"|yours|cheers|mit|freundliche|viele|liebe)\b[^\d@:?]{0,40})",
    re.IGNORECASE,
)
_NAME = re.compile(r"[^\W\d_][^\d@?!:;]{1,48}")
_WEB = re.compile(r"https?://|\bwww\.|[\w.+-]{1,64}@[\w-]{1,63}\.\w", re.IGNORECASE)
_COMPANY = re.compile(r"\b(?:oyj?|ab|a/s|as|ltd|llc|inc|gmbh|tmi|ky|ry|oü|y-tunnus|fo-nummer|vat)\b", re.IGNORECASE)
# An order's number or an account below the name is what the mail is about.
_SUBSTANCE = re.compile(
    r"\b(?:p\.?\s?s\b|tilau|order|beställning|asiakasn|kundn|customer n|lasku|faktura|invoice|viite|ocr|iban|tili"
    r"|konto|liit|bilag|attach|palau|retur)|\bFI\d\d\s?\d{4}",
    re.IGNORECASE,
)


def signature_start(lines: Sequence[str], start: int, end: int) -> int:
    """Where the signature at the end of lines[start:end] begins; `end` when there is none."""
    while True:
        cut = _footer_start(lines, start, end)
        if cut == end:
            break
        end = cut
    end = _dashes(lines, start, end)
    return _contact_block_start(lines, start, end)


def greeting_lines(lines: Sequence[str]) -> int:
    """How many lines a signature begins with that are the writer's own: "Ystävällisin terveisin" and the name."""
    if not lines or not _is_closing(lines[0]):
        return 0
    return 2 if len(lines) > 1 and _is_name(lines[1]) else 1


def _footer_start(lines: Sequence[str], start: int, end: int) -> int:
    """Lines of programs and lawyers at the very end."""
    last = end - 1
    while last >= start and marks.is_blank(lines[last]):
        last -= 1
    if last < start:
        return end
    if marks.is_device_footer(lines[last]):
        return last
    for i in range(last, max(start - 1, last - _LONGEST_SIGNATURE), -1):
        if marks.is_blank(lines[i]):
            break
        if marks.begins_disclaimer(" ".join(lines[i : i + 6])):
            return i
    return end


def _dashes(lines: Sequence[str], start: int, end: int) -> int:
    """The line "-- " of RFC 3676 §4.3; programs and servers lose its blank."""
    for i in range(max(start, end - _LONGEST_SIGNATURE), end):
        if lines[i].strip(marks.INVISIBLE) in ("--", "-- ") and not lines[i].startswith((" ", "\t")):
            return i
    return end


def _contact_block_start(lines: Sequence[str], start: int, end: int) -> int:
    """A company's lines below "Ystävällisin terveisin" and the name. Greeting and name stay.

    Surely a signature only when all of it is short lines with a company or a web address among them, and
    nothing that the mail may be about. A private person's address or number is never folded.
    """
    for closing in range(max(start, end - _LONGEST_CONTACT_BLOCK), end):
        if not _is_closing(lines[closing]):
            continue
        below = [i for i in range(closing + 1, end) if not marks.is_blank(lines[i])]
        if len(below) < 3 or not _is_name(lines[below[0]]):
            continue
        block = [lines[i].strip(marks.INVISIBLE) for i in below[1:]]
        joined = "\n".join(block)
        if (
            all(len(line) <= 90 and not line.endswith(("?", "!")) and len(line.split()) <= 12 for line in block)
            and _COMPANY.search(joined)
            and _WEB.search(joined)
            and not _SUBSTANCE.search(joined)
        ):
            return below[1]
    return end


def _is_closing(line: str) -> bool:
    return _CLOSING.fullmatch(line.strip(marks.INVISIBLE).rstrip(",.! ")) is not None


def _is_name(line: str) -> bool:
    return _NAME.fullmatch(line.strip(marks.INVISIBLE)) is not None
