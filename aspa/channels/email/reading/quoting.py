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
        if marks.is_separator(line) or marks.is_above_this_line(line) or marks.begins_header_block(lines, i):
            return _above_rules(lines, i)
        if line.rstrip(marks.INVISIBLE + "*_").endswith(":") and tried < _MOST_ATTRIBUTIONS:
            tried += 1
            found = marks.attribution_ending_at(lines, i)
            if found and found[1] and not _quote_follows(lines, i + 1) and _is_history(lines, found[0], i + 1):
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


def _quote_follows(lines: Sequence[str], start: int) -> bool:
    following = next((line for line in lines[start : start + 4] if not marks.is_blank(line)), "")
    return marks.is_quoted(following)


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
    """The lines that begin with ">" and the attributions above them."""
    quoted, tried, previous_is_quoted = set(), 0, False
    for i in range(history):
        if marks.is_quoted(lines[i]):
            quoted.add(i)
            if not previous_is_quoted and tried < _MOST_ATTRIBUTIONS:
                tried += 1
                quoted.update(_attribution_above(lines, i))
            previous_is_quoted = True
        elif not marks.is_blank(lines[i]):
            previous_is_quoted = False
    return quoted


def _attribution_above(lines: Sequence[str], quote: int) -> range:
    end = quote - 1
    while end > quote - 4 and end > 0 and marks.is_blank(lines[end]):
        end -= 1
    found = marks.attribution_ending_at(lines, end) if end >= 0 else None
    return range(found[0], end + 1) if found else range(0)
