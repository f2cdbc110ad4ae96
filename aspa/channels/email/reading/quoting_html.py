"""The same for HTML: the elements in which mail programs put the earlier mail, cut out of the source as they stand.

The source isn't parsed into a tree and written anew: what is cut are stretches of it, so nothing is lost. Both pieces
may be unbalanced; they are cleaned before they are shown.
"""

from __future__ import annotations

import dataclasses
import enum
import html as entities
import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable

from aspa.channels.email.reading import quoting_marks as marks
from aspa.channels.email.reading.quoting_signatures import greeting_lines, signature_start

_TAG = re.compile(r"<!--|<[!?][^<>]*+>|<(?P<close>/?)(?P<name>[a-zA-Z][a-zA-Z0-9:]{0,30})(?P<attributes>[^<>]*+)>")
_ATTRIBUTE = re.compile(
    r"""(?<![\w-])(class|id|type|style|name)\s{0,3}=\s{0,3}(?:"([^"]*+)"|'([^']*+)'|([^\s"'>]++))""", re.I
)
_BLANKS = re.compile(r"[ \t\n\r\f\v]+")
_SKIPPED = {"style", "script", "head", "title"}
_OPENING = re.compile(r"<(?:div|hr|table|p|b|font|span|blockquote|body|section)\b", re.IGNORECASE)
# Where a line ends for a reader.
_BREAKS = frozenset(
    "p div br hr tr td table ul ol li blockquote h1 h2 h3 h4 h5 h6 pre section article header footer".split()  # noqa: SIM905
)
_VOID = {"br", "hr", "img", "meta", "link", "input", "col", "wbr", "area", "base"}

_QUOTE_CLASSES = {
    "gmail_attr",
    "gmail_quote",
    "yahoo_quoted",
    "protonmail_quote",
    "tutanota_quote",
    "zmail_extra",
    "front-blockquote",
    "freshdesk_quote",
    "moz-cite-prefix",
    "skype_quote",
}
_QUOTE_IDS = ("yahoo_quoted", "mail-editor-reference-message-container", "replyblockquote", "oriMsgHtmlSeperator")
_QUOTE_NAMES = {"messagereplysection", "quote"}
# From here to the end: Outlook in its many forms.
_HISTORY_IDS = {"divrplyfwdmsg", "appendonsend", "stopspelling", "ms-outlook-reference-message-container"}
_SIGNATURE_CLASSES = ("gmail_signature", "moz-signature", "protonmail_signature_block", "tutanota_signature")
_SIGNATURE_IDS = (
    "applemailsignature",
    "signature",
    "ms-outlook-mobile-signature",
    "ms-outlook-mobile-body-separator-line",
    "composer_signature",
    "yahoo-signature",
    "ymail_android_signature",
    "ymail_ios_signature",
)
_FORWARD_CLASSES = {"moz-forward-container"}
# Their text outside the inner blockquotes is an answer in between, not the earlier mail.
_CONTAINER_CLASSES = {"gmail_quote", "gmail_quote_container", "gmail_extra", "protonmail_quote"}

_MOST_STRETCHES = 1_000
_MOST_SIGNATURES = 5
_MOST_CONTAINERS = 20
_MOST_ATTRIBUTIONS = 200
_LONGEST_SIGNATURE = 14
_LONGEST_ATTRIBUTES = 1_000


class _What(enum.Enum):
    QUOTE = enum.auto()
    # Becomes a quote when an attribution stands before it or is its first line.
    INDENTED = enum.auto()
    CONTAINER = enum.auto()
    HISTORY = enum.auto()  # all from here to the end
    SIGNATURE = enum.auto()
    FORWARD = enum.auto()


@dataclasses.dataclass(frozen=True, slots=True)
class _Stretch:
    """A part of the source: [start, end)."""

    start: int
    end: int
    what: _What


@dataclasses.dataclass(frozen=True, slots=True)
class _Line:
    """A line as the reader sees it, and the part of the source from its first letter to its last."""

    start: int
    end: int
    text: str


def fold_html(html: str, *, subject: str = "") -> tuple[str, str]:
    """Own part and rest of a mail's HTML (not cleaned), by the same rules as `quoting.fold`."""
    if marks.is_forward_subject(subject):
        return html, ""
    lines, elements = _read(html)
    page = _Page(html, lines)
    quotes = _quotes(page, elements)
    if any(element.what is _What.FORWARD for element in elements) or _is_forwarded(page, quotes):
        return html, ""
    folded = _folded(page, quotes, _signatures(page, elements))
    own, rest = _cut(html, folded)
    own_text = "\n".join(page.lines[i].text for i in _outside(page, folded))
    if not own_text and "<img" not in own.lower():
        return html, ""
    if quotes and quotes[-1].what is _What.HISTORY and marks.asks_to_look_below(own_text):
        return html, ""
    return own, rest


class _Page:
    """The source and its lines, found by place."""

    def __init__(self, html: str, lines: list[_Line]) -> None:
        self.html, self.lines = html, lines
        self.texts = [line.text for line in lines]
        self._starts = [line.start for line in lines]

    def first_from(self, place: int) -> int:
        """The index of the first line that begins at or after a place in the source."""
        return bisect_left(self._starts, place)

    def within(self, stretch: _Stretch) -> range:
        return range(self.first_from(stretch.start), self.first_from(stretch.end))


def _read(html: str) -> tuple[list[_Line], list[_Stretch]]:
    """The lines of the text, and the elements that may matter, in the order in which they begin."""
    lines: list[_Line] = []
    found: list[_Stretch] = []
    opened: dict[str, list[tuple[int, int, _What]]] = defaultdict(list)
    depth: dict[str, int] = defaultdict(int)
    line = _LineBuilder()
    lowered, position = html.lower(), 0
    while match := _TAG.search(html, position):
        line.add(html, position, match.start())
        position = match.end()
        if match.group() == "<!--":
            end = html.find("-->", position)
            position = end + 3 if end >= 0 else len(html)
            continue
        name = (match["name"] or "").lower()
        if name in _BREAKS:
            line.finish(lines)
        if name in _SKIPPED and not match["close"]:
            end = lowered.find(f"</{name}", position)
            position = end if end >= 0 else len(html)
        elif match["close"]:
            depth[name] -= 1
            while opened[name] and opened[name][-1][0] > depth[name]:
                _, start, kind = opened[name].pop()
                found.append(_Stretch(start, match.end(), kind))
        elif name not in _VOID or name == "hr":
            what = _what_is(name, match["attributes"] or "") if name else None
            if what is _What.HISTORY:
                found.append(_Stretch(match.start(), len(html), what))
            elif what is not None and len(found) < _MOST_STRETCHES:
                opened[name].append((depth[name] + 1, match.start(), what))
            if name not in _VOID:
                depth[name] += 1
    line.add(html, position, len(html))
    line.finish(lines)
    found += [_Stretch(start, len(html), what) for left in opened.values() for _, start, what in left]
    return lines, sorted(found, key=lambda stretch: (stretch.start, -stretch.end))


class _LineBuilder:
    """Puts the pieces of one line together."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._start = self._end = 0

    def add(self, html: str, start: int, end: int) -> None:
        if start < end and not html[start:end].isspace():
            if not self._pieces:
                self._start = start
            self._end = end
        if start < end and (self._pieces or not html[start:end].isspace()):
            self._pieces.append(html[start:end])

    def finish(self, lines: list[_Line]) -> None:
        text = _BLANKS.sub(" ", entities.unescape("".join(self._pieces))).strip(marks.INVISIBLE)
        if text:
            lines.append(_Line(self._start, self._end, text))
        self._pieces = []


def _what_is(name: str, attributes: str) -> _What | None:
    if not attributes.strip():
        return _What.INDENTED if name == "blockquote" else None
    values = {
        match[1].lower(): (match[2] or match[3] or match[4] or "").lower()
        for match in _ATTRIBUTE.finditer(attributes[:_LONGEST_ATTRIBUTES])
    }
    classes, identity = set(values.get("class", "").split()), values.get("id", "")
    if classes & _FORWARD_CLASSES:
        return _What.FORWARD
    if identity in _HISTORY_IDS:
        return _What.HISTORY
    if any(kind.startswith(_SIGNATURE_CLASSES) for kind in classes) or identity.startswith(_SIGNATURE_IDS):
        return _What.SIGNATURE
    if name == "blockquote":
        return _What.QUOTE if values.get("type") == "cite" or classes & _QUOTE_CLASSES else _What.INDENTED
    if classes & _CONTAINER_CLASSES:
        return _What.CONTAINER
    if classes & _QUOTE_CLASSES or identity.startswith(_QUOTE_IDS) or values.get("name") in _QUOTE_NAMES:
        return _What.QUOTE
    return None


def _quotes(page: _Page, elements: list[_Stretch]) -> list[_Stretch]:
    """The outermost stretches of earlier mail, with their attributions, in order and apart from one another."""
    quotes: list[_Stretch] = []
    containers = 0
    for element in elements:
        free_from = quotes[-1].end if quotes else 0
        if element.start < free_from or element.what in (_What.SIGNATURE, _What.FORWARD):
            continue
        if element.what is _What.HISTORY:
            quotes.append(_Stretch(max(_after_own(page, element.start), free_from), element.end, element.what))
            continue
        start = max(_attribution_before(page, element), free_from)
        if element.what is _What.INDENTED and start == element.start and not _begins_attributed(page, element):
            continue
        if element.what is _What.CONTAINER:
            containers += 1
            if containers <= _MOST_CONTAINERS and _is_answered_within(page, element, elements):
                continue
        quotes.append(_Stretch(start, element.end, _What.QUOTE))
    return _with_history_by_text(page, quotes)


def _is_answered_within(page: _Page, container: _Stretch, elements: list[_Stretch]) -> bool:
    """Whether somebody writes between the quotes of this container."""
    inner = [
        element
        for element in elements
        if container.start < element.start < container.end and element.what in (_What.QUOTE, _What.SIGNATURE)
    ]
    if not any(element.what is _What.QUOTE for element in inner):
        return False
    loose = set(_outside(page, inner)).intersection(page.within(container))
    for i in sorted(loose):
        found = marks.attribution_ending_at(page.texts, i)
        if found:
            loose.difference_update(range(found[0], i + 1))
    return bool(loose)


def _attribution_before(page: _Page, quote: _Stretch) -> int:
    """Where the quote begins in the source, its attribution in front of it counted in."""
    above = page.first_from(quote.start) - 1
    found = marks.attribution_ending_at(page.texts, above) if above >= 0 else None
    return page.lines[found[0]].start if found else quote.start


def _begins_attributed(page: _Page, indented: _Stretch) -> bool:
    lines = page.within(indented)[:3]
    return any(marks.attribution_ending_at(page.texts, i) for i in lines)


def _with_history_by_text(page: _Page, quotes: list[_Stretch]) -> list[_Stretch]:
    """Also what only its words show to be an earlier mail: a header block, a separator, an attribution."""
    tried = 0
    for i in _outside(page, quotes):
        text = page.texts[i]
        start = None
        if marks.is_separator(text) or marks.is_above_this_line(text) or marks.begins_header_block(page.texts, i):
            start = i
        elif text.endswith(":") and tried < _MOST_ATTRIBUTIONS:
            tried += 1
            found = marks.attribution_ending_at(page.texts, i)
            if found and found[1] and found[0] > 0 and not any(quote.start > page.lines[i].start for quote in quotes):
                start = found[0]
        if start is not None:
            place = _after_own(page, page.lines[start].start)
            before = [quote for quote in quotes if quote.end <= place]
            return [*before, _Stretch(place, len(page.html), _What.HISTORY)]
    return quotes


def _after_own(page: _Page, place: int) -> int:
    """The elements that open, and the rules, right before the first line of history belong to it; pictures don't."""
    above = page.first_from(place) - 1
    while above >= 0 and marks.is_rule(page.texts[above]):
        place = page.lines[above].start
        above -= 1
    end_of_own = page.lines[above].end if above >= 0 else 0
    picture = page.html.lower().rfind("<img", end_of_own, place)
    if picture >= 0:
        end_of_own = max(page.html.find(">", picture, place) + 1, end_of_own)
    opening = _OPENING.search(page.html, end_of_own, place)
    return opening.start() if opening else place


def _is_forwarded(page: _Page, quotes: list[_Stretch]) -> bool:
    """A forward mark stands among the own lines, or is the first line of what looked like a quote."""
    first = page.first_from(quotes[0].start) + 1 if quotes else len(page.texts)
    return any(marks.is_forward_mark(text) for text in page.texts[:first])


def _signatures(page: _Page, elements: list[_Stretch]) -> list[_Stretch]:
    """The elements of signatures, without the greeting and the name that they may begin with."""
    found = []
    for element in elements:
        if element.what is not _What.SIGNATURE:
            continue
        lines = page.within(element)
        texts = [page.texts[i] for i in lines]
        # iPhones put what is typed below the signature into its element: a long one, or a question, is none.
        if len(texts) > _LONGEST_SIGNATURE or any(text.endswith("?") or len(text) > 200 for text in texts):
            continue
        greeting = greeting_lines(texts)
        if not greeting:
            found.append(element)
        elif greeting < len(texts):
            found.append(_Stretch(page.lines[lines[greeting]].start, element.end, element.what))
    return found


def _folded(page: _Page, quotes: list[_Stretch], signatures: list[_Stretch]) -> list[_Stretch]:
    """What is put aside, in order: the signatures, and the quotes that no later answer needs."""
    signatures = list(signatures)
    runs = _own_runs(page, quotes, signatures)
    for _ in range(_MOST_SIGNATURES):
        if not runs:
            break
        run = runs[-1]
        cut = signature_start([page.texts[i] for i in run], 0, len(run))
        if cut < len(run):
            signatures.append(_Stretch(page.lines[run[cut]].start, page.lines[run[-1]].end, _What.SIGNATURE))
        if cut > 0:
            break
        runs.pop()
    answered_until = page.lines[runs[-1][-1]].end if len(runs) > 1 else 0
    return sorted(
        _outermost([*signatures, *(quote for quote in quotes if quote.start >= answered_until)]),
        key=lambda stretch: stretch.start,
    )


def _own_runs(page: _Page, quotes: list[_Stretch], signatures: list[_Stretch]) -> list[list[int]]:
    """The own lines, in runs that no quote interrupts."""
    starts = [quote.start for quote in quotes]
    runs: list[list[int]] = []
    quotes_before = -1
    for i in _outside(page, [*quotes, *signatures]):
        before = bisect_left(starts, page.lines[i].start)
        if before != quotes_before:
            runs.append([])
            quotes_before = before
        runs[-1].append(i)
    return runs


def _outside(page: _Page, stretches: Iterable[_Stretch]) -> list[int]:
    """The indexes of the lines that no stretch covers."""
    covered: set[int] = set()
    for stretch in _outermost(stretches):
        covered.update(page.within(stretch))
    return [i for i in range(len(page.lines)) if i not in covered]


def _outermost(stretches: Iterable[_Stretch]) -> list[_Stretch]:
    outer: list[_Stretch] = []
    for stretch in sorted(stretches, key=lambda stretch: (stretch.start, -stretch.end)):
        if not outer or stretch.start >= outer[-1].end:
            outer.append(stretch)
    return outer


def _cut(html: str, folded: list[_Stretch]) -> tuple[str, str]:
    own, rest, place = [], [], 0
    for stretch in folded:
        own.append(html[place : stretch.start])
        rest.append(html[stretch.start : stretch.end])
        place = stretch.end
    own.append(html[place:])
    return "".join(own), "".join(rest)
