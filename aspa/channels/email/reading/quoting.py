"""What the writer of a mail wrote now, apart from the history below it and the signature.

What is folded is kept: `own` is one stretch of the text and `rest` what was around it. In doubt nothing is folded:
a text too long costs a glance, a missing answer costs the customer.

mail-parser-reply was tried first (docs/decisions/0006-quoted-text.md).
"""

from __future__ import annotations

from collections.abc import Sequence

from aspa.channels.email.reading import quoting_marks as marks
from aspa.channels.email.reading.mail import Body
from aspa.channels.email.reading.quoting_html import fold_html
from aspa.channels.email.reading.quoting_signatures import signature_start

__all__ = ["fold", "fold_html"]

# A longer text is somebody's log file; what a person wrote into it is found above this line.
_MOST_LINES = 20_000
_MOST_ATTRIBUTIONS = 500
_MOST_SIGNATURES = 5
_MOST_LINES_OF_MARK = 16


def fold(text: str, *, subject: str = "") -> Body:
    """The text without quoted history and signature. `subject` tells a forwarded mail, which is content, from a reply.

    Interleaved answers keep what they answer. When nothing is the writer's own, all of it is shown.
    """
    lines = text.split("\n")
    history = _history_start(lines[:_MOST_LINES])
    forwarded = next((i for i, line in enumerate(lines[:history]) if marks.is_forward_mark(line)), None)
    if forwarded is not None or marks.is_forward_subject(subject):
        return Body(text.strip())
    start, end = _own_stretch(lines, history if history is not None else len(lines))
    own, rest = "\n".join(lines[start:end]).strip(), "\n".join(lines[:start] + lines[end:])
    if history is not None and marks.asks_to_look_below(own):
        return Body(text.strip())
    return Body(own, rest.strip("\n").rstrip()) if own else Body(text.strip())


def _history_start(lines: Sequence[str]) -> int | None:
    """The line from which all is an earlier mail, with no ">" to show it; None when there is none."""
    tried = 0
    for i, line in enumerate(lines):
        if marks.is_blank(line) or marks.is_quoted(line):
            continue
        if marks.is_above_this_line(line):
            return _above_rules(lines, i)
        if _marks(lines, i) and not _is_quoted_below(lines, i + 1):
            return _above_rules(lines, i)
        if line.rstrip(marks.INVISIBLE + "*_").endswith(":") and tried < _MOST_ATTRIBUTIONS:
            tried += 1
            found = marks.attribution_ending_at(lines, i)
            if found and found[1] and not _is_quoted_below(lines, i + 1) and _is_history(lines, found[0], i + 1):
                return _above_rules(lines, found[0])
    return None


def _is_history(lines: Sequence[str], start: int, after: int) -> bool:
    """Not when somebody answers below the attribution, between ">" lines, with nothing above it."""
    if any(not marks.is_blank(line) for line in lines[:start]):
        return True
    return not any(marks.is_quoted(line) for line in lines[after:])


def _above_rules(lines: Sequence[str], start: int) -> int:
    """A rule drawn right above the mark belongs to it."""
    i = start - 1
    while i >= 0 and (marks.is_blank(lines[i]) or marks.is_rule(lines[i])):
        if marks.is_rule(lines[i]):
            start = i
        i -= 1
    return start


def _is_quoted_below(lines: Sequence[str], start: int) -> bool:
    """What the mark is about has its ">", so somebody may answer below it."""
    below = (line for line in lines[start : start + _MOST_LINES_OF_MARK] if not _belongs_to_mark(line))
    return marks.is_quoted(next(below, ""))


def _belongs_to_mark(line: str) -> bool:
    return marks.is_blank(line) or marks.is_separator(line) or marks.is_rule(line) or bool(marks.label(line))


def _own_stretch(lines: Sequence[str], history: int) -> tuple[int, int]:
    """First and last line (exclusive) of what is shown; 0, 0 when nothing is the writer's own."""
    runs = _own_runs(lines, _quoted_lines(lines, history), history)
    for _ in range(_MOST_SIGNATURES):
        if not runs:
            break
        start, end = runs[-1]
        cut = signature_start(lines, start, end)
        if cut > start:
            # One run has its history above or below it; several answer in between, and need what they answer.
            return (start if len(runs) == 1 else 0), cut
        runs.pop()
    return 0, 0


def _own_runs(lines: Sequence[str], quoted: set[int], history: int) -> list[tuple[int, int]]:
    """Stretches of own lines that no quoted line interrupts, without blank ends."""
    runs: list[tuple[int, int]] = []
    interrupted = True
    for i in range(history):
        if i in quoted:
            interrupted = True
        elif not marks.is_blank(lines[i]):
            if interrupted:
                runs.append((i, i + 1))
            else:
                runs[-1] = runs[-1][0], i + 1
            interrupted = False
    return runs


def _quoted_lines(lines: Sequence[str], history: int) -> set[int]:
    """The lines that begin with ">" and the marks above them."""
    quoted, tried, previous_is_quoted = set(), 0, False
    for i in range(history):
        if marks.is_quoted(lines[i]):
            quoted.add(i)
            if not previous_is_quoted and tried < _MOST_ATTRIBUTIONS:
                tried += 1
                quoted.update(_mark_above(lines, i))
            previous_is_quoted = True
        elif not marks.is_blank(lines[i]):
            previous_is_quoted = False
    return quoted


def _mark_above(lines: Sequence[str], quote: int) -> range:
    """The attribution, separator or header block that stands over a quote."""
    start = quote
    while start > 0 and quote - start < _MOST_LINES_OF_MARK and _belongs_to_mark(lines[start - 1]):
        start -= 1
    marked = next((i for i in range(start, quote) if _marks(lines, i)), None)
    if marked is not None:
        return range(marked, quote)
    end = next((i for i in range(quote - 1, max(-1, quote - 4), -1) if not marks.is_blank(lines[i])), None)
    found = marks.attribution_ending_at(lines, end) if end is not None else None
    return range(found[0], quote) if found else range(0)


def _marks(lines: Sequence[str], i: int) -> bool:
    return marks.is_separator(lines[i]) or marks.begins_header_block(lines, i)
