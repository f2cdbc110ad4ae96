"""Two texts side by side, line by line, with the words that differ."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

WORDS = re.compile(r"\w+|\s+|[^\w\s]")
# Pairs of longer lines are shown as wholly new: looking for their words would take its square.
MOST_WORDS = 3000
# Lines that stay the same around a change; the rest of them is left out.
AROUND = 2


@dataclass(frozen=True, slots=True)
class Row:
    """A line of each text, escaped, with <del> and <ins>. `kind`: same, changed, added, removed or gap."""

    kind: str
    old: SafeString
    new: SafeString


def compared(old: str, new: str) -> list[Row]:
    """The rows to show; none when nothing differs."""
    before, after = old.splitlines(), new.splitlines()
    found: list[Row] = []
    codes = SequenceMatcher(None, before, after).get_opcodes()
    for number, (tag, first, last, start, end) in enumerate(codes):
        if tag == "equal":
            found += _unchanged(before[first:last], is_first=number == 0, is_last=number == len(codes) - 1)
        else:
            found += [_row(*pair) for pair in zip_longest(before[first:last], after[start:end])]
    return found if any(row.kind not in ("same", "gap") for row in found) else []


def _unchanged(lines: list[str], *, is_first: bool, is_last: bool) -> list[Row]:
    head = 0 if is_first else AROUND
    tail = 0 if is_last else AROUND
    if len(lines) <= head + tail + 1:
        return [_same(line) for line in lines]
    below = lines[len(lines) - tail :] if tail else []
    return [*map(_same, lines[:head]), Row("gap", SafeString(), SafeString()), *map(_same, below)]


def _same(line: str) -> Row:
    escaped = format_html("{}", line)
    return Row("same", escaped, escaped)


def _row(old: str | None, new: str | None) -> Row:
    if old is None:
        return Row("added", SafeString(), format_html("<ins>{}</ins>", new))
    if new is None:
        return Row("removed", format_html("<del>{}</del>", old), SafeString())
    before, after = WORDS.findall(old), WORDS.findall(new)
    if len(before) > MOST_WORDS or len(after) > MOST_WORDS:
        return Row("changed", format_html("<del>{}</del>", old), format_html("<ins>{}</ins>", new))
    codes = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    left = [("del" if tag != "equal" else "", "".join(before[a:b])) for tag, a, b, _c, _d in codes]
    right = [("ins" if tag != "equal" else "", "".join(after[c:d])) for tag, _a, _b, c, d in codes]
    return Row("changed", _marked(left), _marked(right))


def _marked(parts: list[tuple[str, str]]) -> SafeString:
    return format_html_join(
        "", "{}", ((format_html("<{0}>{1}</{0}>", tag, text) if tag else text,) for tag, text in parts if text)
    )
