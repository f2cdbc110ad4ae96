import re
from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from aspa.kit.html import clean, text_to_html

OPEN = 'target="_blank" rel="noopener noreferrer nofollow"'


def links(text: str) -> list[tuple[str, str]]:
    """The (href, text) of every link that the text gets."""
    return re.findall(r'<a href="([^"]*)"[^>]*>([^<]*)</a>', text_to_html(text))


def test_text_is_escaped_and_lines_are_broken() -> None:
    assert text_to_html('a < b & c\nd\r\n"e"') == "a &lt; b &amp; c<br>d<br>&quot;e&quot;"


def test_a_link_opens_safely() -> None:
    assert text_to_html("https://a.fi/x?a=1&b=2") == (
        f'<a href="https://a.fi/x?a=1&amp;b=2" {OPEN}>https://a.fi/x?a=1&amp;b=2</a>'
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Katso https://kauppa.fi/tuote/7.", [("https://kauppa.fi/tuote/7", "https://kauppa.fi/tuote/7")]),
        ("(ks. http://a.fi/b_(c))", [("http://a.fi/b_(c)", "http://a.fi/b_(c)")]),
        ("kauppa.fi, www.butik.se!", [("https://kauppa.fi", "kauppa.fi"), ("https://www.butik.se", "www.butik.se")]),
        ("ada@kauppa.fi.", [("mailto:ada@kauppa.fi", "ada@kauppa.fi")]),
        ("mailto:ada@kauppa.fi", [("mailto:ada@kauppa.fi", "ada@kauppa.fi")]),
        (
            "äiti@pyörä.fi ja pyörä.fi/kypärä",
            [
                ("mailto:äiti@pyörä.fi", "äiti@pyörä.fi"),
                ("https://pyörä.fi/kypärä", "pyörä.fi/kypärä"),
            ],
        ),
        ("Se hajosi.se oli uusi. Hinta 12.50 ja klo 9.30", []),
        ("javascript:alert(1) data:text/html,x ftp://a.fi/x", []),
        ("https:// http://", []),
        ("verkkokauppa.finland", []),
    ],
)
def test_what_is_linked(text: str, expected: list[tuple[str, str]]) -> None:
    assert links(text) == expected


class Tags(HTMLParser):
    """Collects what a browser would make of it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += attrs


HOSTILE = st.lists(
    st.sampled_from(
        [
            "<script>",
            "</a>",
            "<img src=x onerror=alert(1)>",
            "https://",
            "a.fi/",
            '"',
            "'",
            " onclick=x",
            "\n",
            "&",
            "&lt;",
            "mailto:",
            "x@a.fi",
            "javascript:",
            "www.",
            "ä",
            ")",
            "<",
            ">",
            "\x00",
            'http://a.fi/"onmouseover=alert(1) ',
        ]
    )
    | st.text(max_size=8)
).map("".join)


@given(HOSTILE)
@example('https://a.fi/"><script>alert(1)</script>')
@example("https://a.fi/'onmouseover='alert(1)")
def test_nothing_but_links_and_breaks_ever_appears(text: str) -> None:
    found = Tags(text_to_html(text))
    assert found.tags <= {"a", "br"}
    for name, value in found.attributes:
        assert name in {"href", "target", "rel"}
        if name == "href":
            assert value and value.lower().startswith(("http://", "https://", "mailto:"))


@given(st.text())
def test_the_words_stay_the_same(text: str) -> None:
    shown = re.sub(r"<br>", "\n", text_to_html(text))
    shown = re.sub(r"<[^>]*>", "", shown)
    for entity, character in [("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&#x27;", "'"), ("&amp;", "&")]:
        shown = shown.replace(entity, character)
    assert shown == text.replace("\r\n", "\n")


def test_long_texts_are_linked_in_no_time() -> None:
    for piece in ["a.", "a@", "www.", "https://", "a-", "((", "mailto:a@a."]:
        text_to_html(piece * 5000)


def test_foreign_html_keeps_its_shape_without_its_tricks() -> None:
    dirty = (
        '<p style="x" onclick="y">Hei <b>Ada</b><script>alert(1)</script><img src="https://spy.example/x.gif">'
        '<a href="javascript:alert(1)">x</a><a href="https://a.fi">y</a></p><style>p{}</style><form><input></form>'
    )
    assert clean(dirty) == (
        '<p>Hei <b>Ada</b><a target="_blank" rel="noopener noreferrer nofollow">x</a>'
        '<a href="https://a.fi" target="_blank" rel="noopener noreferrer nofollow">y</a></p>'
    )
