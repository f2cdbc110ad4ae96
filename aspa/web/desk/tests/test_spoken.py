"""How a message's text becomes HTML."""

from __future__ import annotations

import re

import pytest

from aspa.web.desk.templatetags.desk import spoken


def test_links_and_mentions() -> None:
    html = spoken("Kysy @[Ada <3](7): https://villa.example/a?b=1&c=2")
    assert '<b class="mention">@Ada &lt;3</b>' in html
    assert 'href="https://villa.example/a?b=1&amp;c=2"' in html
    assert 'target="_blank"' in html and 'rel="nofollow noopener noreferrer"' in html


@pytest.mark.parametrize(
    "text",
    [
        "https://x.example/@[x](1)",
        "https://x.example/?q=@[<b>](1)/end",
        "@[a http://x.example/](1)",
        "www.x.fi/@[y](2)",
    ],
)
def test_an_address_that_looks_like_a_mention_gets_no_markup_into_its_link(text: str) -> None:
    html = spoken(text)
    tag = r'<a target="_blank" href="[^"<>]*" rel="nofollow noopener noreferrer">|</a>|<b class="mention">|</b>'
    assert "<" not in re.sub(tag, "", html)
    assert all("mention" not in href for href in re.findall(r'href="([^"]*)"', html))


def test_text_is_escaped() -> None:
    assert spoken("<script>@[<i>](1)") == '&lt;script&gt;<b class="mention">@&lt;i&gt;</b>'
