"""Whatever is written, what comes out is safe to show, and soon."""

from __future__ import annotations

import re
import time
from html.parser import HTMLParser

import pytest

from aspa.service.knowledge.models import LONGEST_BODY
from aspa.service.knowledge.rendering import LONGEST_OF_CUSTOMERS, Author, headings, html, plain

PICTURE = "/files/pictures/content/AbCdEfGh1234-1200x800.webp"
ALLOWED = (
    "p br hr strong em s code pre ul ol li blockquote a h2 h3 h4 table thead tbody tr th td div span figure figcaption"
    " img video"
)
ATTRIBUTES = (
    "href title rel start id class role tabindex src alt width height loading decoding controls preload playsinline"
    " aria-label data-embed data-align"
)
HOSTILE = [
    "<script>alert(1)</script>",
    "<svg onload=alert(1)><a xlink:href='javascript:alert(1)'>x</a></svg>",
    "<style>body{display:none}</style><img src=x onerror=alert(1)>",
    "[x](javascript:alert(1)) [y](JaVaScRiPt&colon;alert(1)) [z](data:text/html;base64,PHNjcmlwdD4=) [v](vbscript:x)",
    "[x]( javascript:alert(1)) [x](<java\nscript:alert(1)>) <javascript:alert(1)>",
    '[x](https://a.example "onmouseover=alert(1)//") [x](https://a.example/"onclick="alert(1))',
    "![x](https://evil.example/pixel.png) ![x](data:image/svg+xml;base64,PHN2Zz4=) ![x](//evil.example/a.webp)",
    f'![x]({PICTURE}?a=<script>) ![x](/files/pictures/content/../../etc/passwd) ![a" onerror="x]({PICTURE})',
    '![x](https://www.youtube.com.evil.example/watch?v=abcdefgh) ![x](https://youtu.be/"><script>)',
    "![x](https://evil.example/?u=youtube.com/watch?v=abcdefgh)",
    "> [!NOTE]<script>alert(1)</script>\n> <iframe src=//evil.example></iframe>",
    "| <script>a</script> | b |\n|---|---|\n| [x](javascript:1) | <td style=x> |",
    "[ref]: javascript:alert(1)\n\n[ref] [a][ref]",
    '<a href="#" style="position:fixed" class="video-open">x</a><figure data-embed="https://evil.example">',
    "&lt;script&gt; &#x6A;avascript: \\<script>",
    "```html\n</code></pre><script>alert(1)</script>\n```",
]


class Tags(HTMLParser):
    """What a browser would make of it."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))


@pytest.mark.parametrize("author", Author)
def test_nothing_hostile_survives(author: Author) -> None:
    for text in [*HOSTILE, "\n\n".join(HOSTILE)]:
        shown = html(text, author=author)
        tags = Tags()
        tags.feed(shown)
        for tag, attributes in tags.found:
            assert tag in ALLOWED.split() and set(attributes) <= set(ATTRIBUTES.split()), (tag, attributes)
            assert re.match(r"https?://|/|#|mailto:|tel:", attributes.get("href", "#")), attributes
            assert re.fullmatch(r"/files/(pictures/content|videos)/[\w-]+\.\w+", attributes.get("src", PICTURE)), (
                attributes
            )
            embed = attributes.get("data-embed", "https://player.vimeo.com/")
            assert embed.startswith(("https://www.youtube-nocookie.com/", "https://player.vimeo.com/")), attributes


def test_customers_get_the_simple_marks_alone() -> None:
    text = f"# Big\n\n**b** [l](https://a.example) https://b.example\n\n![p]({PICTURE})\n\n|a|b|\n|-|-|\n\n![v](https://youtu.be/abcdefgh)"
    shown = html(text, author=Author.CUSTOMER)
    assert "<strong>b</strong>" in shown
    assert not re.search("<(h|img|figure|table|div|span)", shown)
    assert shown.count('rel="ugc nofollow noopener"') == shown.count("<a ") == 2
    assert "p" in shown and "v" in shown


def test_what_staff_writes_becomes_a_page() -> None:
    shown = html(
        "# Pesu\n\n#### Näin\n\n> [!WARNING]\n> Älä *väännä*.\n\n"
        f'![Lappu]({PICTURE} "Pesulappu")\n\n![Video](https://www.youtube.com/watch?v=abc-DEF_123&t=3)\n\n'
        "| Koko | Pituus |\n|---|--:|\n| M | 66 |\n\n## Pesu"
    )
    assert [(one.level, one.id, one.text) for one in headings(shown)] == [
        (2, "h-pesu", "Pesu"), (3, "h-nain", "Näin"), (3, "h-pesu-2", "Pesu"),
    ]  # fmt: skip
    assert '<div class="callout callout-warning" role="note">' in shown
    assert f'<figure class="picture"><img src="{PICTURE}" alt="Lappu" width="1200" height="800" loading="lazy"' in shown
    assert "<figcaption>Pesulappu</figcaption>" in shown
    # Nothing of the other host's is loaded before a click.
    assert 'data-embed="https://www.youtube-nocookie.com/embed/abc-DEF_123"' in shown
    assert "<iframe" not in shown
    assert '<td data-align="right">66</td>' in shown and 'tabindex="0"' in shown
    assert plain(shown).splitlines() == [
        "Pesu",
        "Näin",
        "Älä väännä.",
        "Pesulappu",
        "Video",
        "Koko",
        "Pituus",
        "M",
        "66",
        "Pesu",
    ]


@pytest.mark.parametrize(
    "unit",
    ["[", "![", "*a **a ", "> ", "- ", "[a](", "<", "`", "(a@b.", "[a\n", "|a|b|\n|-|-|\n", "\n\n[[[[", "http://a", "&#x", "1) "],
)  # fmt: skip
def test_no_text_takes_long(unit: str) -> None:
    began = time.process_time()
    short = html((unit * 5000)[:5000])
    middle = time.process_time()
    assert len(html((unit * 20_000)[:20_000])) < 30 * 20_000
    # Four times as long, four times the time; its square would be sixteen.
    assert time.process_time() - middle < 10 * (middle - began) + 1
    assert "<script" not in short


def test_what_is_longer_than_anybody_writes_is_cut() -> None:
    assert len(plain(html("ab " * LONGEST_BODY))) <= LONGEST_BODY
    assert len(plain(html("ab " * LONGEST_BODY, author=Author.CUSTOMER))) <= LONGEST_OF_CUSTOMERS
