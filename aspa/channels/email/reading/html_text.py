"""HTML as plain text: tables and lists as they would be read, links with where they lead."""

from __future__ import annotations

import html as entities
import re

import lxml.etree
import lxml.html
from inscriptis.css_profiles import CSS_PROFILES
from inscriptis.html_engine import Inscriptis
from inscriptis.model.config import ParserConfig

from aspa.channels.email.reading.wellformed import well_formed

# What the careful way takes a fifth of a second for; longer pages are only stripped.
LONGEST_CAREFULLY = 150_000  # characters
# Tables are drawn line by line, once for each table around them, as wide as their widest line: so many lines, and so many
# letters, take a third of a second. What has more is only stripped.
MOST_DRAWN_LINES = 40_000
MOST_DRAWN_LETTERS = 100_000_000
LONGEST = 1_000_000  # of what is longer the beginning is read
LONGEST_LINK = 200

_DATA = re.compile(r"\ssrc\s*=\s*(?:\"data:[^\"]*+\"|'data:[^']*+')", re.IGNORECASE)
_BREAKING = re.compile(r"<(?:br|/?(?:p|div|tr|li|h[1-6]|table|blockquote|ul|ol|pre|hr))\b[^>]{0,2000}>", re.IGNORECASE)
_CELL = re.compile(r"<t[dh]\b[^>]{0,2000}>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z!][^<>]*>?")
_MANY_LINES = re.compile(r"\n(?:[ \t\u00a0]*\n){2,}")
_WIDE = re.compile(r"(?<=\S) {6,}(?=\S)")

_ENDS_LINE = {
    "br", "p", "div", "tr", "li", "h1", "h2", "h3", "h4", "h5", "h6", "table", "blockquote", "ul", "ol", "pre", "hr",
}  # fmt: skip

_CONFIG = ParserConfig(css=CSS_PROFILES["strict"])


def to_text(html: str) -> str:
    """The text that a reader would see; never raises."""
    seen = well_formed(_DATA.sub("", html.replace("\x00", ""))[:LONGEST])
    if len(seen) <= LONGEST_CAREFULLY:
        try:
            text = _carefully(seen)
        except (lxml.etree.LxmlError, ValueError, AssertionError, RecursionError, IndexError, KeyError, TypeError):
            text = _stripped(seen)
    else:
        text = _stripped(seen)
    # Signs that aren't seen: with them newsletters fill the preview of their mails.
    text = text.replace("\u00ad", "").replace("\u200c", "").replace("\u034f", "")
    text = _WIDE.sub("    ", "\n".join(line.rstrip(" \t\u00a0") for line in text.split("\n")))
    return _MANY_LINES.sub("\n\n", text).strip("\n")


def _carefully(html: str) -> str:
    if not html.strip():
        return ""
    parser = lxml.html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    tree = lxml.html.document_fromstring(html.encode("utf-8", "replace"), parser=parser)
    if not _is_soon_drawn(tree):
        return _stripped(html)
    _explain(tree)
    return str(Inscriptis(tree, _CONFIG).get_text())


def _is_soon_drawn(tree: lxml.html.HtmlElement) -> bool:
    lines, line, widest, depth, deepest = 1, 0, 0, 0, 0
    for event, element in lxml.etree.iterwalk(tree, events=("start", "end")):
        begins = event == "start"
        if element.tag == "table":
            depth += 1 if begins else -1
            deepest = max(deepest, depth)
        if element.tag in _ENDS_LINE:
            lines, line = lines + begins, 0
        line += len((element.text if begins else element.tail) or "")
        widest = max(widest, line)
    return lines * deepest <= MOST_DRAWN_LINES and lines * deepest * widest <= MOST_DRAWN_LETTERS


def _explain(tree: lxml.html.HtmlElement) -> None:
    """Write into the text what a reader sees otherwise: where links lead, what pictures show."""
    for element in list(tree.iter("a", "img")):
        if element.tag == "img":
            said = " ".join(element.get("alt", "").split())[:200]
            if said:
                element.tail = f"[{said}]{element.tail or ''}"
            continue
        href = "".join(element.get("href", "").split())
        if not href.lower().startswith(("http://", "https://")) or len(href) > LONGEST_LINK:
            continue
        shown = "".join(element.itertext()).strip()
        bare = href.partition("://")[2].rstrip("/").lower()
        if shown and bare not in shown.lower() and shown.lower().strip("/ ") not in (bare, href.lower()):
            element.tail = f" <{href}>{element.tail or ''}"


def _stripped(html: str) -> str:
    text = _CELL.sub("  ", _BREAKING.sub("\n", re.sub(r"\s+", " ", html)))
    text = entities.unescape(_TAG.sub("", text))
    return re.sub(r"\n[ \t]+", "\n", re.sub(r"[ \t\u00a0]{2,}", " ", text))
