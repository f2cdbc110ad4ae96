"""From other people's HTML and text to HTML that is safe to show."""

from __future__ import annotations

import re

import nh3
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

LINK_REL = "noopener noreferrer nofollow"

# No images: they would tell the sender when and where they were looked at.
_TAGS = nh3.ALLOWED_TAGS - {"img", "map", "area"}
_ATTRIBUTES = {"a": {"href", "title"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}, "ol": {"start"}}

# A bare domain counts only with an ending that isn't a word in our languages: in "se hajosi.se oli uusi"
# somebody forgot a space.
_ENDINGS = "fi|ax|com|net|org|eu|info|shop|app|ee|dk|uk"
_LINK = re.compile(
    rf"""
    (?<![\w@./-])
    (?: (?P<url> https?://\w [^\s<>"]{{1,2000}} )
      | (?P<mail> (?:mailto:)? [\w.+-]{{1,64}} @ (?:[\w-]{{1,63}}\.){{1,6}} [a-z]{{2,24}} (?![\w@-]) )
      | (?P<bare> (?: www\.(?:[\w-]{{1,63}}\.){{1,6}}[a-z]{{2,24}} | (?:[\w-]{{1,63}}\.){{1,6}}(?:{_ENDINGS}) )
                  (?![\w@-]|\.\w) (?: [/?\#] [^\s<>"]{{0,2000}} )? )
    )
    """,
    re.IGNORECASE | re.VERBOSE,
)
_TRAILING = ".,;:!?'…»”’*_)]}"
_OPENING = {")": "(", "]": "[", "}": "{"}


def clean(html: str) -> SafeString:
    """Foreign HTML without scripts, styles, forms and images, its links made harmless."""
    return mark_safe(  # noqa: S308
        nh3.clean(
            html,
            tags=_TAGS,
            attributes=_ATTRIBUTES,
            url_schemes={"http", "https", "mailto"},
            link_rel=LINK_REL,
            set_tag_attribute_values={"a": {"target": "_blank"}},
        )
    )


def text_to_html(text: str) -> SafeString:
    """Plain text as HTML: escaped, its web and e-mail addresses linked, its lines broken. Makes only <a> and <br>."""
    pieces, position = [], 0
    for match in _LINK.finditer(text):
        address = _without_trailing(match.group())
        pieces += [_escaped(text[position : match.start()]), _link(match, address)]
        position = match.start() + len(address)
    pieces.append(_escaped(text[position:]))
    return mark_safe("".join(pieces))  # noqa: S308


def _without_trailing(address: str) -> str:
    """The address without the punctuation of the sentence around it; a bracket it opened itself stays."""
    while address[-1] in _TRAILING:
        opening = _OPENING.get(address[-1])
        if opening and address.count(opening) >= address.count(address[-1]):
            break
        address = address[:-1]
    return address


def _link(match: re.Match[str], address: str) -> str:
    target = {"url": "", "mail": "mailto:", "bare": "https://"}[match.lastgroup or "url"]
    if address.lower().startswith("mailto:"):
        target, address_shown = "", address[len("mailto:") :]
    else:
        address_shown = address
    return f'<a href="{escape(target + address)}" target="_blank" rel="{LINK_REL}">{escape(address_shown)}</a>'


def _escaped(text: str) -> str:
    return escape(text).replace("\r\n", "\n").replace("\n", "<br>")
