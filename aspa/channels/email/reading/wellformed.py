"""Anybody's HTML made into HTML in which every element is closed in its place, of a bounded depth and few attributes.

Parsers take a time that grows with the square of what is left open, nested or attributed (a page of two megabytes can
hold one for an hour), so all foreign HTML comes through here first. This isn't what makes it safe to show: `showing` is.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterator

DEEPEST = 200  # elements within each other; of what is deeper the text stays
MOST_ATTRIBUTES = 30  # of one element
MOST_ENTITIES = 500  # in one piece of text, and in one attribute
MOST_TAGS = 60_000  # about a second's work; of what comes behind the text stays

KNOWN = {
    "a", "abbr", "acronym", "address", "article", "aside", "b", "bdi", "bdo", "big", "blockquote", "body", "br",
    "caption", "center", "cite", "code", "col", "colgroup", "dd", "del", "details", "dfn", "dir", "div", "dl", "dt",
    "em", "figcaption", "figure", "font", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "i", "img",
    "ins", "kbd", "li", "main", "mark", "menu", "nav", "ol", "p", "pre", "q", "s", "samp", "section", "small",
    "span", "strike", "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "time",
    "tr", "tt", "u", "ul", "var", "wbr",
}  # fmt: skip
_VOID = frozenset({"br", "hr", "img", "wbr", "col"})
# Left out with what is in them: it isn't text. Of those in the second row only when they are closed.
_UNSEEN = ("script", "style", "title", "textarea", "xmp", "iframe", "noembed", "noframes")
_UNSEEN_IF_CLOSED = ("svg", "math", "noscript", "template", "object", "select")
_ENDS = {name: re.compile(rf"</{name}(?=[\s/>])[^>]*>", re.IGNORECASE) for name in _UNSEEN + _UNSEEN_IF_CLOSED}
_ENDS["!--"] = re.compile(r"--!?>")

# What closes an open paragraph, and what ends an open element of its own kind.
_BLOCKS = {
    "address", "article", "aside", "blockquote", "center", "details", "dir", "div", "dl", "figure", "footer", "h1",
    "h2", "h3", "h4", "h5", "h6", "header", "hr", "main", "menu", "nav", "ol", "p", "pre", "section", "table", "ul",
    "li", "dd", "dt",
}  # fmt: skip
_CLOSES = {
    "li": ("li",), "dd": ("dd", "dt"), "dt": ("dd", "dt"), "a": ("a",), "caption": (), "colgroup": ("colgroup",),
    "tr": ("tr", "colgroup", "caption"), "tbody": ("tbody", "thead", "tfoot", "tr", "colgroup", "caption"),
    "thead": ("tbody", "thead", "tfoot", "tr", "colgroup", "caption"),
    "tfoot": ("tbody", "thead", "tfoot", "tr", "colgroup", "caption"),
}  # fmt: skip
_LISTS = {"li": ("ul", "ol", "menu", "dir"), "dd": ("dl",), "dt": ("dl",)}
_CELLS = frozenset({"td", "th"})
_ROWS = frozenset({"tr", "tbody", "thead", "tfoot", "caption", "colgroup"})

_ATTRIBUTE = r"=?[^\s/>=]*+(?:\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+'|(?![\"'])[^\s>]*+))?+"
_TAG = re.compile(
    rf"""
      <(?P<comment>!--)(?:-?>)?+
    | <(?P<close>/?)(?P<name>[a-zA-Z][^\s/>]*+)(?P<attributes>(?:[\s/]++|(?=[^\s/>]){_ATTRIBUTE})*+)(?P<end>>?)
    | <[!?/][^>]*+>?
    """,
    re.VERBOSE,
)
_EACH = re.compile(
    r"""
      (?P<name>[a-zA-Z_][\w:.-]{0,60})
      (?: \s*+=\s*+ (?: "(?P<double>[^"]*+)" | '(?P<single>[^']*+)' | (?P<bare>[^\s>]*+) ) )?+
    | [^\s/>=]++
    """,
    re.VERBOSE,
)


def well_formed(html: str) -> str:
    """The same page, without comments, scripts, styles, and elements that aren't of HTML's text."""
    writer = _Writer()
    position = tags = 0
    endless: set[str] = set()
    while match := _TAG.search(html, position):
        writer.text(html[position : match.start()])
        position = match.end()
        name = (match["name"] or match["comment"] or "").lower()
        if match["name"] and not match["end"]:
            break  # cut in the middle of a tag
        if name in _ENDS and not match["close"]:
            position = _behind(html, match, name, endless)
        elif not name or name not in KNOWN:
            continue
        elif match["close"]:
            tags += 1
            writer.close(name)
        elif tags < MOST_TAGS:
            tags += 1
            writer.open(name, match["attributes"])
    else:
        writer.text(html[position:])
    return writer.finished()


def _behind(html: str, match: re.Match[str], name: str, endless: set[str]) -> int:
    """Where to go on after something that isn't seen."""
    if match.group().endswith(">") and name == "!--":
        return match.end()  # <!--> is a whole comment
    end = None if name in endless else _ENDS[name].search(html, match.end())
    if end:
        return end.end()
    endless.add(name)
    return match.end() if name in _UNSEEN_IF_CLOSED else len(html)


class _Writer:
    def __init__(self) -> None:
        self._out: list[str] = []
        self._open: list[str] = []
        # Each table and each cell has elements of its own: an end tag within doesn't reach what is around.
        self._counts: list[Counter[str]] = [Counter()]
        self._entities = 0  # in the piece of text that is being written

    def text(self, said: str) -> None:
        if not said:
            return
        said = _escaped(said)
        self._entities += said.count("&")
        if self._entities > MOST_ENTITIES:
            # A comment begins a new piece of text.
            pieces = said.split("&")
            said = "<!---->&".join(
                "&".join(pieces[at : at + MOST_ENTITIES]) for at in range(0, len(pieces), MOST_ENTITIES)
            )
            self._out.append("<!---->")
            self._entities = min(self._entities, len(pieces)) % MOST_ENTITIES
        self._out.append(said)

    def open(self, name: str, attributes: str) -> None:
        if name == "body":
            name, attributes = "div", _of_body(attributes)
        counts = self._counts[-1]
        if name in _BLOCKS and counts["p"]:
            self._pop_through("p")
        if name in _CLOSES or name in _CELLS:
            self._end_siblings(name)
        if len(self._open) >= DEEPEST and name not in _VOID:
            return
        self._out.append(f"<{name}{''.join(_attributes(attributes))}>" if attributes.strip(" /") else f"<{name}>")
        if name not in _VOID:
            self._open.append(name)
            self._counts[-1][name] += 1
            if name == "table" or name in _CELLS:
                self._counts.append(Counter())

    def _end_siblings(self, name: str) -> None:
        if name in _CELLS or name in _ROWS:
            self._leave_cell()
        around = _LISTS.get(name, ())
        if around and any(self._counts[-1][each] for each in around) and not self._is_nearer(_CLOSES[name], around):
            return
        for sibling in _CLOSES.get(name, ()):
            if self._counts[-1][sibling]:
                self._pop_through(sibling)

    def _is_nearer(self, names: tuple[str, ...], than: tuple[str, ...]) -> bool:
        return next((each in names for each in reversed(self._open) if each in names or each in than), False)

    def _leave_cell(self) -> None:
        """The cell that is open in the innermost table."""
        if len(self._counts) > 2 and self._innermost() in _CELLS:
            self._pop_frame()

    def _innermost(self) -> str:
        """The innermost table or cell."""
        return next((name for name in reversed(self._open) if name == "table" or name in _CELLS), "")

    def close(self, name: str) -> None:
        if name == "br":
            self._out.append("<br>")
        elif name == "table" or name in _CELLS or name in _ROWS:
            self._close_of_table(name)
        elif name != "body" and self._counts[-1][name]:
            self._pop_through(name)

    def _close_of_table(self, name: str) -> None:
        innermost = self._innermost()
        if name in _CELLS:
            if innermost in _CELLS:
                self._pop_frame()
        elif name in _ROWS:
            self._leave_cell()
            if self._counts[-1][name]:
                self._pop_through(name)
        elif innermost == "table":
            self._pop_frame()
        elif innermost and "table" in self._open:
            self._pop_frame()
            self._close_of_table(name)

    def _pop_frame(self) -> None:
        self._counts.pop()
        while (name := self._open.pop()) not in _CELLS and name != "table":
            self._out.append(f"</{name}>")
        self._out.append(f"</{name}>")
        self._counts[-1][name] -= 1

    def _pop_through(self, name: str) -> None:
        counts = self._counts[-1]
        while True:
            last = self._open.pop()
            counts[last] -= 1
            self._out.append(f"</{last}>")
            if last == name:
                return

    def finished(self) -> str:
        self._out += [f"</{name}>" for name in reversed(self._open)]
        return "".join(self._out)


def _of_body(said: str) -> str:
    """A page's own colours, as a division can have them."""
    found = {match["name"].lower(): _value(match) or "" for match in _EACH.finditer(said[:5000]) if match["name"]}
    colours = [
        f"{css}: {found[name]}" for name, css in (("bgcolor", "background-color"), ("text", "color")) if found.get(name)
    ]
    style = "; ".join([*colours, found.get("style", "")]).replace('"', "'")
    return f' style="{style}"' if style.strip() else ""


def _attributes(said: str) -> Iterator[str]:
    for match in itertools.islice(_EACH.finditer(said), MOST_ATTRIBUTES):
        if not match["name"] or match.group().count("&") > MOST_ENTITIES:
            continue
        value = _value(match)
        if value is None:
            yield f" {match['name']}"
        else:
            value = _escaped(value).replace('"', "&quot;").replace(">", "&gt;")
            yield f' {match["name"]}="{value}"'


def _value(match: re.Match[str]) -> str | None:
    return next((value for value in match.group("double", "single", "bare") if value is not None), None)


def _escaped(said: str) -> str:
    """What could begin a tag or an entity but doesn't: written so that nobody takes it for one."""
    said = said.replace("<", "&lt;") if "<" in said else said
    return _BARE_AMPERSAND.sub("&amp;", said) if "&" in said else said


_BARE_AMPERSAND = re.compile(
    r"&(?!#?[a-zA-Z0-9]{2,32};|(?:nbsp|amp|lt|gt|quot|copy|reg|[aou]uml|aring|[AOU]uml|Aring)\b)"
)
