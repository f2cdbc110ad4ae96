"""What our Markdown means beyond the common one: its tokens, changed before they become HTML.

> [!NOTE]                       a callout: NOTE, TIP or WARNING, as GitHub writes them
![words](/files/pictures/…)     a picture of our own, alone in its paragraph a figure
![words](https://youtu.be/…)    a video, alone in its paragraph
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.utils.html import escape
from django.utils.text import slugify
from django.utils.translation import gettext as _
from markdown_it.token import Token

from aspa.kit.html import text_to_html
from aspa.service.knowledge import videos

if TYPE_CHECKING:
    from markdown_it.rules_core import StateCore

# The size in the name lets a page keep the room before the picture is there.
PICTURE = re.compile(r"/files/pictures/content/[A-Za-z0-9_-]{8,64}-(\d{1,5})x(\d{1,5})\.(?:webp|png|gif)")
_CALLOUT = re.compile(r"\[!(NOTE|TIP|WARNING)\]\s*", re.IGNORECASE)
_HIGHEST, _DEEPEST = 2, 4
_ALIGNED = re.compile(r"text-align:(left|center|right)")


def mark_up(state: StateCore) -> None:
    """A rule of markdown-it's core: after its own."""
    _order_headings(state.tokens)
    _find_callouts(state.tokens)
    state.tokens = _with_figures(state.tokens)
    for token in state.tokens:
        if token.type == "inline":
            token.children = _linked(token.children or [])
        elif token.type in ("th_open", "td_open"):
            _align(token)


def mark_up_plainly(state: StateCore) -> None:
    """The same for what customers write: addresses become links, of pictures the words remain."""
    for token in state.tokens:
        if token.type == "inline":
            token.children = _linked(token.children or [], pictures=False)


def _order_headings(tokens: list[Token]) -> None:
    """The page's own heading is the first; those of the text begin at the second and never leave one out."""
    taken: set[str] = set()
    above: list[int] = []
    for number, token in enumerate(tokens):
        if token.type != "heading_open":
            continue
        written = int(token.tag[1])
        while above and above[-1] >= written:
            above.pop()
        above.append(written)
        tag = f"h{min(_HIGHEST + len(above) - 1, _DEEPEST)}"
        token.tag = tokens[number + 2].tag = tag
        token.attrSet("id", _unused(_text_of(tokens[number + 1]), taken))


def _unused(text: str, taken: set[str]) -> str:
    name = base = f"h-{slugify(text)[:60].strip('-') or 'part'}"
    count = 1
    while name in taken:
        count += 1
        name = f"{base}-{count}"
    taken.add(name)
    return name


def _text_of(inline: Token) -> str:
    return "".join(child.content for child in inline.children or [] if child.type in ("text", "code_inline"))


def _find_callouts(tokens: list[Token]) -> None:
    open_quotes: list[tuple[Token, bool]] = []
    for number, token in enumerate(tokens):
        if token.type == "blockquote_open":
            kind = _callout_kind(tokens[number + 1 : number + 3])
            if kind:
                token.tag = "div"
                token.attrs = {"class": f"callout callout-{kind}", "role": "note"}
            open_quotes.append((token, bool(kind)))
        elif token.type == "blockquote_close" and open_quotes.pop()[1]:
            token.tag = "div"


def _callout_kind(beginning: list[Token]) -> str:
    """The kind that the quote begins with, whose mark is taken away and whose name put in its place."""
    if len(beginning) < 2 or beginning[0].type != "paragraph_open":
        return ""
    children = beginning[1].children or []
    found = _CALLOUT.match(_first_text(children))
    if found is None or not children:
        return ""
    kind = found.group(1).lower()
    rest = children[0].content[found.end() :]
    name = Token("html_inline", "", 0)
    name.content = f'<span class="callout-name">{escape(_callout_names()[kind])}</span> '
    children[0].content = rest
    broken = not rest and len(children) > 1 and children[1].type == "softbreak"
    beginning[1].children = [name, *(children[2:] if broken else children)]
    return kind


def _first_text(children: list[Token]) -> str:
    return children[0].content if children and children[0].type == "text" else ""


def _callout_names() -> dict[str, str]:
    return {"note": _("Good to know"), "tip": _("Tip"), "warning": _("Note this")}


def _with_figures(tokens: list[Token]) -> list[Token]:
    """A picture or video alone in its paragraph stands on its own."""
    found: list[Token] = []
    number = 0
    while number < len(tokens):
        figure = _figure(tokens[number : number + 3])
        if figure is None:
            found.append(tokens[number])
            number += 1
        else:
            found.append(figure)
            number += 3
    return found


def _figure(three: list[Token]) -> Token | None:
    if len(three) < 3 or [one.type for one in three] != ["paragraph_open", "inline", "paragraph_close"]:
        return None
    children = [child for child in three[1].children or [] if child.type != "softbreak"]
    if len(children) != 1 or children[0].type != "image":
        return None
    image = children[0]
    shown = _picture(image) or _own_video(image)
    if shown:
        kind = "picture" if shown.startswith("<img") else "video"
        title = str(image.attrGet("title") or "")
        caption = f"<figcaption>{escape(title)}</figcaption>" if title else ""
        return _raw("html_block", f'<figure class="{kind}">{shown}{caption}</figure>\n')
    return _embedded_video(image)


def _linked(children: list[Token], *, pictures: bool = True) -> list[Token]:
    """Addresses in the text become links, pictures what they are shown as."""
    found: list[Token] = []
    within = 0
    for child in children:
        within += {"link_open": 1, "link_close": -1}.get(child.type, 0)
        if child.type == "text" and not within:
            found.append(_raw("html_inline", text_to_html(child.content)))
        elif child.type == "image":
            found.append(_raw("html_inline", (pictures and _picture(child)) or escape(child.content)))
        else:
            found.append(child)
    return found


def _picture(image: Token) -> str:
    """Our own alone; of others the words remain."""
    source = str(image.attrGet("src") or "")
    size = PICTURE.fullmatch(source)
    if size is None:
        return ""
    width, height = size.groups()
    return (
        f'<img src="{escape(source)}" alt="{escape(image.content)}" width="{width}" height="{height}"'
        ' loading="lazy" decoding="async">'
    )


def _own_video(image: Token) -> str:
    source = str(image.attrGet("src") or "")
    if not videos.OWN.fullmatch(source):
        return ""
    name = f' aria-label="{escape(image.content)}"' if image.content else ""
    return f'<video src="{escape(source)}" controls preload="none" playsinline{name}></video>'


def _embedded_video(image: Token) -> Token | None:
    """A link to the video's page, which a script of ours opens in its place after the click that is the consent."""
    video = videos.embedded(str(image.attrGet("src") or ""))
    if video is None:
        return None
    title = escape(image.content or _("Video"))
    told = escape(_("The video comes from %(host)s, which then knows that you watch it.") % {"host": video.host})
    return _raw(
        "html_block",
        f'<figure class="video embedded" data-embed="{escape(video.frame)}">'
        f'<a class="video-open" href="{escape(video.page)}">{title}</a>\n<figcaption>{told}</figcaption></figure>\n',
    )


def _align(cell: Token) -> None:
    """The browser refuses style attributes."""
    style = str(cell.attrs.pop("style", ""))
    found = _ALIGNED.fullmatch(style)
    if found and found.group(1) != "left":
        cell.attrs["data-align"] = found.group(1)


def _raw(kind: str, content: str) -> Token:
    token = Token(kind, "", 0)
    token.content = content
    return token
