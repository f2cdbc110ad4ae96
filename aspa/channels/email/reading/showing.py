"""A mail's HTML for the desk, which shows it isolated in a frame that runs no scripts: its layout, and nothing that acts.

Pictures from the net are blocked, since they tell the sender when and where the mail was read: their address waits in
`data-remote-src` until the agent asks for them. Counting pixels are left out for good.
"""

from __future__ import annotations

import functools
import html as entities
import re
from collections.abc import Mapping
from urllib.parse import unquote, urljoin

import nh3

from aspa.channels.email.reading.wellformed import KNOWN, well_formed
from aspa.kit.html import LINK_REL

LONGEST = 2_000_000  # characters; more isn't shown
LONGEST_PICTURE = 200_000  # characters of a picture within the page

_TAGS = KNOWN - {"body"}
_SIZED = {"align", "valign", "width", "height", "bgcolor", "nowrap"}
_ATTRIBUTES = {
    "*": {"style", "dir", "lang", "title", "align"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height", "border", "hspace", "vspace", "data-remote-src"},
    "table": _SIZED | {"border", "cellpadding", "cellspacing"},
    "td": _SIZED | {"colspan", "rowspan"},
    "th": _SIZED | {"colspan", "rowspan"},
    "tr": _SIZED,
    "col": _SIZED | {"span"},
    "colgroup": _SIZED | {"span"},
    "tbody": _SIZED,
    "thead": _SIZED,
    "tfoot": _SIZED,
    "font": {"color", "face", "size"},
    "hr": {"width", "size", "color", "noshade"},
    "ol": {"start", "type"},
    "ul": {"type"},
    "li": {"value", "type"},
}
_LINKS = ("http://", "https://", "mailto:", "tel:")

_PROPERTIES = re.compile(
    "(?:color|background-color|direction|display|float|clear|opacity|visibility|white-space|word-break|word-wrap|overflow-wrap"
    "|line-height|letter-spacing|vertical-align|list-style-type|table-layout|box-sizing|width|height|(?:min|max)-(?:width|height)"
    "|font(?:-(?:family|size|style|weight|variant))?|text-(?:align|decoration|transform|indent|decoration-line|decoration-color)"
    "|(?:margin|padding)(?:-(?:top|right|bottom|left))?"
    "|border(?:-(?:top|right|bottom|left))?(?:-(?:color|style|width))?|border-(?:collapse|spacing|radius))"
)
_VALUE = re.compile(r"[\w\s#%.,()'\"!+-]{1,300}")
_FUNCTION = re.compile(r"([\w-]*)\(")
_FUNCTIONS = {"rgb", "rgba", "hsl", "hsla"}

_IMAGE = re.compile(r"<img\b([^>]*)>")
_PICTURE = re.compile(r"data:image/(?:png|jpe?g|gif|webp);base64,[A-Za-z0-9+/=\s]*", re.IGNORECASE)
_UNSEEN = re.compile(
    r"\b(?:display\s*:\s*none|visibility\s*:\s*hidden|(?:max-)?(?:width|height)\s*:\s*[01](?:px)?\s*(?:;|\"|$))",
    re.IGNORECASE,
)
_PIXEL = re.compile(r"\s(?:width|height)=\"\s*[01](?:px)?\s*\"", re.IGNORECASE)
_SOURCE = re.compile(r"\ssrc=\"([^\"]*)\"", re.IGNORECASE)
_BASE = re.compile(r"<base\s[^>]{0,200}?href\s*=\s*[\"']?(https?://[^\"'\s>]{1,2000})", re.IGNORECASE)


def safe_html(html: str, cids: Mapping[str, str]) -> str:
    """`cids`: Content-ID → the URL under which the desk has that picture. Pictures that aren't among them show their text."""
    html = html[:LONGEST]
    base = _BASE.search(html[:20_000])
    urls = {cid.lower(): url for cid, url in cids.items()}
    cleaner = _cleaner(frozenset(urls.values()), base[1] if base else "")
    return cleaner.clean(_IMAGE.sub(lambda match: _image(match[1], urls), well_formed(html)))


# Making one takes longer than cleaning most mails, and those without pictures and a base share theirs.
@functools.lru_cache(8)
def _cleaner(shown: frozenset[str], base: str) -> nh3.Cleaner:
    def keep(tag: str, attribute: str, value: str) -> str | None:
        if attribute == "style":
            return _safe_style(value)
        if attribute == "href":
            return _safe_link(value, base)
        if attribute == "src":
            return value if value in shown or (len(value) <= LONGEST_PICTURE and _PICTURE.fullmatch(value)) else None
        if attribute == "data-remote-src":
            return value if value.startswith(("http://", "https://")) else None
        return value

    return nh3.Cleaner(
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=keep,
        url_schemes={"http", "https", "mailto", "tel", "data"},
        link_rel=LINK_REL,
        set_tag_attribute_values={"a": {"target": "_blank"}},
    )


def _image(attributes: str, urls: Mapping[str, str]) -> str:
    """An image whose source is what it may be here: one of the mail's own, or told and not loaded."""
    source = _SOURCE.search(attributes)
    if not source:
        return ""
    url = entities.unescape(source[1]).strip()
    others = attributes[: source.start()] + attributes[source.end() :]
    if url[:4].lower() == "cid:":
        found = urls.get(url[4:].strip("<> ").lower()) or urls.get(unquote(url[4:]).strip("<> ").lower())
        return f'<img src="{entities.escape(found)}"{others}>' if found else f"<img{others}>"
    if url[:5].lower() == "data:":
        return f"<img{attributes}>"
    if _PIXEL.search(others) or _UNSEEN.search(others):
        return ""
    if url.startswith("//"):
        url = f"https:{url}"
    return f'<img data-remote-src="{entities.escape(url)}"{others}>'


def _safe_link(value: str, base: str) -> str | None:
    # Browsers leave out what is hidden in the name of a scheme.
    value = (
        re.sub(r"[\x00-\x20]+", "", value)
        if value[:10].strip() != value[:10] or "\n" in value or "\t" in value
        else value
    )
    if base and not re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:|#", value):
        try:
            value = urljoin(base, value)
        except ValueError:
            return None
    return value if value.lower().startswith(_LINKS) else None


def _safe_style(style: str) -> str | None:
    kept = []
    for declaration in style[:5000].split(";")[:100]:
        name, _, value = declaration.partition(":")
        name, value = name.strip().lower(), value.strip()
        if name == "background" and not re.search(r"[/\s]", value):
            name = "background-color"
        if _PROPERTIES.fullmatch(name) and _VALUE.fullmatch(value) and _functions_of(value) <= _FUNCTIONS:
            kept.append(f"{name}: {value}")
    return "; ".join(kept) or None


def _functions_of(value: str) -> set[str]:
    return {name.lower() for name in _FUNCTION.findall(value)}
