"""From the Markdown that people write to HTML that is safe to show.

Raw HTML is text. Whatever the Markdown became goes through a list of allowed tags, attributes, classes and addresses once
more, so that a mistake of ours or of the parser's lets nothing through.
"""

from __future__ import annotations

import enum
import html as entities
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import nh3
from django.utils.html import strip_tags
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

from aspa.service.knowledge.marks import PICTURE, mark_up, mark_up_plainly
from aspa.service.knowledge.models import LONGEST_BODY
from aspa.service.knowledge.videos import EMBED_ORIGINS, OWN

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from markdown_it.renderer import RendererHTML
    from markdown_it.rules_core import StateCore
    from markdown_it.token import Token
    from markdown_it.utils import EnvType, OptionsDict

LONGEST_OF_CUSTOMERS = 20_000  # characters
# Of lists, quotes and emphasis within one another; it also keeps what is never closed from costing its square.
DEEPEST = 20

_HEADING = re.compile(r'<h([2-4]) id="([^"]+)">(.*?)</h\1>', re.DOTALL)
_OURS = re.compile(r'<span class="callout-name">.*?</span>|(?<=</a>\n)<figcaption>.*?</figcaption>')
_OWN_VIDEO = re.compile(r'<video src="([^"]+)"[^>]*?(?: aria-label="([^"]*)")?>')
_EMBEDDED = re.compile(r'data-embed="([^"]+)"><a [^>]*>(.*?)</a>', re.DOTALL)
_ENDS = re.compile(r"</(?:p|h\d|li|tr|div|blockquote|figure|figcaption|pre|th|td)>|<br>|<hr>")
_SPACE = re.compile(r"[ \t]*\n\s*")


class Author(enum.Enum):
    STAFF = "staff"
    CUSTOMER = "customer"


@dataclass(frozen=True, slots=True)
class Heading:
    """`level` is 2 to 4, `id` what a link to it ends in."""

    level: int
    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Video:
    """`address`: of the file where it is ours, else of what a frame shows. `still`: a picture of it, where we know one."""

    name: str
    address: str
    is_ours: bool
    still: str = ""


def html(markdown: str, *, author: Author = Author.STAFF) -> SafeString:
    """The text as HTML, its few words of ours (of videos, for example) in the language that is active.

    What is longer than anybody may write is cut. Customers' text has no pictures, videos, headings and tables, and its
    links carry no weight.
    """
    if author is Author.CUSTOMER:
        return _clean(_of_customers(markdown[:LONGEST_OF_CUSTOMERS]), _CUSTOMERS_TAGS, "ugc nofollow noopener")
    return _clean(_of_staff(markdown[:LONGEST_BODY]), _TAGS, "noopener")


def plain(rendered: str) -> str:
    """The words of rendered HTML, a line for each block; without those that are ours."""
    said = _OURS.sub("", rendered)
    return _SPACE.sub("\n", entities.unescape(strip_tags(_ENDS.sub("\n", said)))).strip()


def headings(rendered: str) -> list[Heading]:
    return [
        Heading(int(level), name, entities.unescape(strip_tags(text)))
        for level, name, text in _HEADING.findall(rendered)
    ]


def videos(rendered: str) -> list[Video]:
    """Those in rendered HTML: our own first, then those of other hosts."""
    own = [Video(entities.unescape(name), address, True) for address, name in _OWN_VIDEO.findall(rendered)]
    others = [
        Video(entities.unescape(strip_tags(name)), entities.unescape(frame), False, _still(frame))
        for frame, name in _EMBEDDED.findall(rendered)
    ]
    return own + others


def _still(frame: str) -> str:
    """The picture that YouTube has of each of its videos; others' have to be asked for."""
    host, _embed, name = frame.partition("/embed/")
    return f"https://i.ytimg.com/vi/{name}/hqdefault.jpg" if host == EMBED_ORIGINS[0] else ""


def tokens(markdown: str) -> list[Token]:
    """What staff's text is made of as it is written, for checking it."""
    return _AS_WRITTEN.parse(markdown[:LONGEST_BODY])


def _of_staff(markdown: str) -> str:
    rendered: str = _STAFF.render(markdown)
    return rendered


def _of_customers(markdown: str) -> str:
    rendered: str = _CUSTOMERS.render(markdown)
    return rendered


def _clean(rendered: str, tags: set[str], rel: str) -> SafeString:
    return mark_safe(  # noqa: S308
        nh3.clean(
            rendered,
            tags=tags,
            attributes=_ATTRIBUTES,
            attribute_filter=_only_ours,
            allowed_classes=_CLASSES,
            url_schemes={"http", "https", "mailto", "tel"},
            link_rel=rel,
        )
    )


def _only_ours(tag: str, name: str, value: str) -> str | None:
    """Nothing is loaded that isn't ours, and no frame is prepared but of hosts we know."""
    if (tag, name) == ("img", "src"):
        return value if PICTURE.fullmatch(value) else None
    if (tag, name) == ("video", "src"):
        return value if OWN.fullmatch(value) else None
    if (tag, name) == ("figure", "data-embed"):
        return value if value.startswith(tuple(f"{origin}/" for origin in EMBED_ORIGINS)) else None
    return value


def _parser(rule: Callable[[StateCore], None] | None = None) -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": DEEPEST}).enable("strikethrough")
    parser.disable(["html_block", "html_inline"])
    if rule is not None:
        parser.core.ruler.push("ours", rule)
    return parser


def _of_staffs() -> MarkdownIt:
    parser = _parser(mark_up).enable("table")
    parser.add_render_rule("table_open", _table_open)
    parser.add_render_rule("table_close", _table_close)
    return parser


def _table_open(renderer: RendererHTML, found: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
    # On a narrow screen it scrolls by itself, by keyboard too.
    return '<div class="table-scroll" tabindex="0"><table>\n'


def _table_close(renderer: RendererHTML, found: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
    return "</table></div>\n"


_CUSTOMERS_TAGS = {"p", "br", "hr", "strong", "em", "s", "code", "pre", "ul", "ol", "li", "blockquote", "a"}
_TAGS = _CUSTOMERS_TAGS | {
    "h2", "h3", "h4", "table", "thead", "tbody", "tr", "th", "td", "div", "span", "figure", "figcaption", "img", "video",
}  # fmt: skip
_ATTRIBUTES = {
    "a": {"href", "title"},
    "ol": {"start"},
    "h2": {"id"},
    "h3": {"id"},
    "h4": {"id"},
    "th": {"data-align"},
    "td": {"data-align"},
    "div": {"tabindex", "role"},
    "img": {"src", "alt", "width", "height", "loading", "decoding"},
    "video": {"src", "controls", "preload", "playsinline", "aria-label"},
    "figure": {"data-embed"},
}
_CLASSES = {
    "div": {"callout", "callout-note", "callout-tip", "callout-warning", "table-scroll"},
    "span": {"callout-name"},
    "figure": {"picture", "video", "embedded"},
    "a": {"video-open"},
}
_AS_WRITTEN = _parser().enable("table")
_STAFF = _of_staffs()
_CUSTOMERS = _parser(mark_up_plainly).disable(["heading", "lheading"])
