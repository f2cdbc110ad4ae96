"""The HTML of mails as the desk shows it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from aspa.channels.email.reading.parse import parse
from aspa.channels.email.reading.showing import safe_html

CORPUS = sorted((Path(__file__).parent / "corpus").rglob("*.eml"))
PNG = "data:image/png;base64,iVBORw0KGgo="


def shown(html: str, **cids: str) -> str:
    return safe_html(html, cids)


def test_layout_and_harmless_styles_stay() -> None:
    html = (
        '<table width="600" cellpadding="4" bgcolor="#eeeeee"><tbody><tr><td colspan="2" align="center"'
        " style=\"color: red; padding: 4px 8px; font-family: 'Arial',sans-serif\">Hei</td></tr></tbody></table>"
    )
    assert shown(html) == html


@pytest.mark.parametrize(
    "style",
    [
        "background: url(http://spy.example/a.png)",
        "background-image: url(x)",
        "background-color: URL( x )",
        "position: fixed",
        "color: expression(alert(1))",
        "color: r\\65 d",
        "list-style: url(x)",
        "width: calc(1px)",
        "behavior: url(x)",
        "content: 'x'",
        "color: red}body{display:none",
        "--x: red",
        "color: red /* x */",
    ],
)
def test_styles_that_act_or_load_are_dropped(style: str) -> None:
    assert shown(f'<p style="{style}">Hei</p>') == "<p>Hei</p>"


def test_a_plain_background_becomes_a_colour() -> None:
    assert shown('<p style="background: #fff">Hei</p>') == '<p style="background-color: #fff">Hei</p>'


def test_the_colours_of_the_page_stay() -> None:
    assert (
        shown('<body bgcolor="#000" text="#fff">Hei</body>')
        == '<div style="background-color: #000; color: #fff">Hei</div>'
    )


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>",
        "<style>p{}</style>",
        "<iframe src=x>y</iframe>",
        "<svg><script>alert(1)</script></svg>",
        "<object data=x></object>",
        "<meta http-equiv=refresh content='0;url=x'>",
        "<base href=https://spy.example/>",
        "<link rel=stylesheet href=x>",
        "<form action=x></form>",
        "<input name=a>",
        "<textarea>x</textarea>",
        "<select><option>x</option></select>",
        "<math><mtext></mtext></math>",
        "<!-- x -->",
        "<![if !mso]><![endif]>",
        "<video src=x></video>",
        "<title>x</title>",
    ],
)
def test_what_acts_is_left_out(html: str) -> None:
    assert shown(f"<p>a</p>{html}<p>b</p>") == "<p>a</p><p>b</p>"


def test_what_stands_in_a_form_stays() -> None:
    assert shown("<form><b>Vastaa</b> <button>Kyllä</button></form>") == "<b>Vastaa</b> Kyllä"


@pytest.mark.parametrize(
    "link", ["https://a.example/?b=1&amp;c=2", "http://a.example", "mailto:a@b.example", "tel:+358401234567"]
)
def test_links_lead_out(link: str) -> None:
    assert (
        shown(f'<a href="{link}">x</a>') == f'<a href="{link}" target="_blank" rel="noopener noreferrer nofollow">x</a>'
    )


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        " java\nscript:alert(1)",
        "&#106;avascript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "file:///c:/",
        "/desk/",
        "#a",
    ],
)
def test_other_links_lead_nowhere(link: str) -> None:
    assert "href" not in shown(f'<a href="{link}">x</a>')


def test_links_of_a_page_with_a_base_are_made_whole() -> None:
    assert 'href="https://kauppa.example/tuote/1"' in shown(
        '<base href="https://kauppa.example/"><a href="tuote/1">x</a>'
    )


def test_pictures_of_the_mail_are_shown() -> None:
    html = safe_html(
        '<img src="cid:Logo@Kauppa" alt="Logo"><img src="cid:muu%20kuva">',
        {"logo@kauppa": "/f/1?a&b", "muu kuva": "/f/2"},
    )
    assert html == '<img src="/f/1?a&amp;b" alt="Logo"><img src="/f/2">'


def test_a_picture_that_is_missing_shows_its_text() -> None:
    assert shown('<img src="cid:x" alt="Logo">') == '<img alt="Logo">'


def test_pictures_from_the_net_wait_for_the_agent() -> None:
    html = shown(
        '<img src="https://spy.example/a.png?x=1&amp;y=2" alt="Kuva" width="200"><img src="//spy.example/b.png">'
    )
    assert html == (
        '<img data-remote-src="https://spy.example/a.png?x=1&amp;y=2" alt="Kuva" width="200">'
        '<img data-remote-src="https://spy.example/b.png">'
    )


@pytest.mark.parametrize(
    "attributes", ['width="1" height="1"', 'style="display:none"', "width=0", 'style="width:1px;height:1px"']
)
def test_counting_pixels_are_left_out(attributes: str) -> None:
    assert shown(f'<p>Hei</p><img src="https://spy.example/a.gif" {attributes}>') == "<p>Hei</p>"


def test_no_address_but_a_given_one_is_loaded() -> None:
    html = shown(
        '<img src="/logout"><img srcset="https://spy.example/a 2x" src="x"><table background="https://spy.example/b"></table>'
        '<img data-remote-src="javascript:x"><input type=image src="https://spy.example/c"><video poster="https://spy.example/d"></video>'
    )
    assert "spy" not in html
    assert "logout" not in html
    assert "javascript" not in html


def test_small_pictures_within_the_page_are_shown() -> None:
    assert shown(f'<img src="{PNG}">') == f'<img src="{PNG}">'
    assert "svg" not in shown('<img src="data:image/svg+xml;base64,AAAA">')
    assert "data:" not in shown(f'<a href="{PNG}">x</a>')


def test_what_is_left_open_is_closed() -> None:
    assert shown("<table><tr><td><b>a") == "<table><tbody><tr><td><b>a</b></td></tr></tbody></table>"
    assert shown("</div></td></table>a") == "a"


def test_a_sign_that_is_no_tag_stays_a_sign() -> None:
    assert shown("a < b && c <3") == "a &lt; b &amp;&amp; c &lt;3"


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_nothing_that_acts_is_left_of_any_mail(path: Path) -> None:
    mail = parse(path.read_bytes())
    html = safe_html(
        mail.html, {file.content_id: f"/f/{number}" for number, file in enumerate(mail.files) if file.content_id}
    )
    assert set(re.findall(r"<([a-z0-9]+)", html)).isdisjoint(
        {"script", "style", "iframe", "form", "input", "svg", "object", "meta", "link"}
    )
    assert not re.search(r"<[^>]*\s(?:on\w+|srcset|background|action)=", html)
    assert all(url.startswith(("/f/", "data:image/")) for url in re.findall(r"<img src=\"([^\"]*)", html))
