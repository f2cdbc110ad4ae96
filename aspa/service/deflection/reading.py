"""An article as it is shown inside somebody else's page: its text alone, every address whole."""

from __future__ import annotations

from urllib.parse import urljoin

import nh3
from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

from aspa.service.knowledge.videos import EMBED_ORIGINS

# What a text is made of. No frames, no forms, no names that styles or scripts of the shop's page could mean.
TAGS = {
    "a", "b", "blockquote", "br", "code", "div", "em", "figcaption", "figure", "h2", "h3", "h4", "hr", "i", "img", "li",
    "ol", "p", "pre", "s", "span", "strong", "table", "tbody", "td", "th", "thead", "tr", "u", "ul", "video",
}  # fmt: skip
ATTRIBUTES = {
    "a": {"href"},
    "div": {"role"},
    # What a frame would show, once its reader has asked for it.
    "figure": {"data-embed"},
    "img": {"src", "alt", "width", "height", "loading"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "video": {"src", "controls", "preload", "playsinline", "aria-label"},
}
CLASSES = {
    "a": {"video-open"},
    "div": {"callout", "callout-note", "callout-tip", "callout-warning", "table-scroll"},
    "figure": {"video", "embedded"},
    "span": {"callout-name"},
}


def inside(html: str) -> SafeString:
    """An article's html (clean already) for a panel on the shop's own page."""
    return mark_safe(  # noqa: S308 (cleaned here once more)
        nh3.clean(
            html,
            tags=TAGS,
            attributes=ATTRIBUTES,
            allowed_classes=CLASSES,
            attribute_filter=_whole,
            url_schemes={"http", "https", "mailto", "tel"},
            link_rel="noopener",
            set_tag_attribute_values={"a": {"target": "_blank"}},
        )
    )


def address(path: str) -> str:
    """The whole address of a page of ours."""
    return urljoin(settings.ASPA_URL, path)


def _whole(tag: str, attribute: str, value: str) -> str | None:
    if attribute == "data-embed":
        return value if value.startswith(tuple(f"{origin}/" for origin in EMBED_ORIGINS)) else None
    if attribute not in ("href", "src"):
        return value
    # Places within the text have lost their names.
    return None if value.startswith("#") else address(value)
