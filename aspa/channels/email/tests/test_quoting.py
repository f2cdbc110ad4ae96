"""What is the writer's own, on mails of every program, and that folding never loses a word."""

from __future__ import annotations

import re
import time
import timeit
import tomllib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aspa.channels.email.reading import html_text
from aspa.channels.email.reading.mail import Mail
from aspa.channels.email.reading.parse import parse
from aspa.channels.email.reading.quoting import fold, fold_html

REPLIES = Path(__file__).parent / "corpus" / "replies"
EXPECTED = tomllib.loads((REPLIES / "expected.toml").read_text())
MAILS = sorted(REPLIES.glob("*.eml"))


def seen(html: str) -> str:
    return " ".join(html_text.to_text(html).split())


def differences(mail: Mail, expected: dict[str, str]) -> list[str]:
    """What is trimmed otherwise than expected: in the text and in the HTML."""
    found = []
    own = fold(mail.text, subject=mail.subject).own
    if own != expected["own"]:
        found.append(f"text: {own!r}")
    if mail.html:
        own = seen(fold_html(mail.html, subject=mail.subject)[0])
        if own != " ".join(expected.get("own_html", expected["own"]).split()):
            found.append(f"HTML: {own!r}")
    return found


@pytest.mark.parametrize("path", MAILS, ids=lambda path: path.stem)
def test_own_words(path: Path) -> None:
    assert path.stem in EXPECTED, "expected.toml says nothing of this mail"
    assert differences(parse(path.read_bytes()), EXPECTED[path.stem]) == []


def test_precision() -> None:
    wrong = [path.stem for path in MAILS if differences(parse(path.read_bytes()), EXPECTED[path.stem])]
    assert wrong == [], f"{len(MAILS) - len(wrong)} of {len(MAILS)} replies are trimmed exactly"
    assert {path.stem for path in MAILS} == set(EXPECTED)


LINES = st.sampled_from(
    [
        "",
        "Hei",
        "Sopiiko?",
        "> Hei",
        ">> vanha",
        "-- ",
        "Lähetetty iPhonesta",
        "Ystävällisin terveisin",
        "Aino Lehtonen",
        "Villapuoti Oy, www.villapuoti.example",
        "Villapuoti <tuki@villapuoti.example> kirjoitti 4.11.2026 klo 9.12:",
        "Den ons 4 nov. 2026 kl 09:12 skrev",
        "Villapuoti <tuki@villapuoti.example>:",
        "-----Alkuperäinen viesti-----",
        "---------- Forwarded message ---------",
        "Lähettäjä: Villapuoti <tuki@villapuoti.example>",
        "Lähetetty: 4.11.2026 9.12",
        "Vastaanottaja: Aino",
        "Aihe: Tilaus",
        "________________________________",
        "vastaukset alla",
        "Tämä viesti on luottamuksellinen ja tarkoitettu vain vastaanottajalle.",
    ]
)
TEXTS = st.one_of(st.lists(LINES, max_size=40).map("\n".join), st.text(max_size=400))
PIECES = st.sampled_from(
    [
        "<div>",
        "</div>",
        "<br>",
        "<p>Hei",
        "</p>",
        '<div class="gmail_quote">',
        '<div class="gmail_attr">ke 4. marrask. 2026 klo 9.12 X (x@y.example) kirjoitti:</div>',
        '<blockquote type="cite">',
        "<blockquote>",
        "</blockquote>",
        '<div id="divRplyFwdMsg">',
        '<div id="AppleMailSignature">',
        "Lähettäjä: X &lt;x@y.example&gt;<br>Lähetetty: 4.11.2026 9.12<br>Aihe: Y",
        '<img src="cid:a">',
        "<!-- a -->",
        "<style>p{}",
        "</style>",
        "vanha viesti",
        "<hr>",
        "<",
        ">",
        "&amp;",
    ]
)
SOURCES = st.one_of(st.lists(PIECES, max_size=40).map("".join), st.text(max_size=300))


def words(text: str) -> str:
    return re.sub(r"\s", "", text)


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(TEXTS)
def test_text_loses_nothing(text: str) -> None:
    body = fold(text)
    own, rest, whole = words(body.own), words(body.rest), words(text)
    assert any(
        whole == rest[:cut] + own + rest[cut:] for cut in [0, len(rest), *range(1, len(rest))] if len(whole) < 5000
    )
    assert own or not whole


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(SOURCES)
def test_html_loses_nothing(html: str) -> None:
    own, rest = fold_html(html)
    assert sorted(own + rest) == sorted(html)


@pytest.mark.parametrize("path", MAILS, ids=lambda path: path.stem)
def test_mails_lose_nothing(path: Path) -> None:
    mail = parse(path.read_bytes())
    body = fold(mail.text, subject=mail.subject)
    assert sorted(words(body.own + body.rest)) == sorted(words(mail.text))
    own, rest = fold_html(mail.html, subject=mail.subject)
    assert sorted(own + rest) == sorted(mail.html)


HOSTILE = {
    "one line": "a" * 200_000,
    "colons": "On Wed, Nov 4, 2026 at 9:12 wrote:\n" * 6_000,
    "verbs": "kirjoitti " * 20_000 + ":",
    "short lines that end as attributions": "skrev:\n" * 30_000,
    "brackets": "<" * 200_000,
    "addresses": "a@" * 100_000,
    "dashes": "-- \n" * 50_000,
    "rules": "_" * 200_000,
    "labels": "From: a@b.example\nTo: x\n" * 9_000,
    "signatures between quotes": "> a\n-- \n" * 25_000,
    "device lines": "Lähetetty iPhonesta\n" * 10_000,
    "closings": "Terveisin\n" * 20_000,
    "blank lines": "\n" * 200_000,
    "unclosed elements": '<div class="gmail_quote">' * 8_000,
    "unclosed quotes": '<blockquote type="cite">a' * 8_000,
    "unclosed tags": "<a " * 70_000,
    "unclosed attributes": '<div class="' + "a" * 900 + '">' + '<div class="a' * 16_000,
    "comments": "<!--" * 50_000,
    "styles": "<style>" * 30_000,
    "signature elements": '<div class="gmail_signature">x</div>' * 6_000,
    "answers between": '<blockquote type="cite">a</blockquote>b' * 6_000,
    "attributed quotes": "<p>X kirjoitti 4.11.2026 klo 9.12:</p><blockquote>a</blockquote>" * 3_000,
    "rules of HTML": "<p>____________</p><hr>" * 9_000,
    "separators": "<p>-----Original Message-----</p>" * 6_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_takes_no_long_time(name: str) -> None:
    start = time.thread_time()
    fold(HOSTILE[name])
    fold_html(HOSTILE[name])
    # Far above what it takes, and far below what a pattern that goes wild would.
    assert time.thread_time() - start < 3


def test_an_ordinary_mail_takes_less_than_a_millisecond() -> None:
    mail = parse((REPLIES / "outlook-fi-desktop.eml").read_bytes())
    assert min(timeit.repeat(lambda: fold(mail.text), number=20, repeat=5)) / 20 < 0.001


DEVICE_LINES = """Lähetetty iPhonesta
Lähetetty iPadista
Lähetetty Samsung-puhelimesta
Lähetetty Galaxy-laitteestani
Lähetetty minun Huawei-puhelimestani
Lähetetty Samsung Galaxy -älypuhelimesta.
Lähetetty Windowsin Sähköpostista
Lähetetty Yahoo Mailista Androidissa
Lähetetty Androidin Outlookista
Hanki Outlook for iOS
Hae Outlook for Android <https://aka.ms/AAb9ysg>
Skickat från min iPhone
Skickat från E-post för Windows
Skickat från Outlook för Android
Hämta Outlook för iOS
Sent from my iPhone
Sent from my Samsung Galaxy smartphone.
Sent from my mobile. Please excuse typos.
Sent from Mail for Windows 10
Sent from Yahoo Mail on Android
Sent from Outlook for iOS<https://aka.ms/o0ukef>
Get Outlook for iOS
Sent with Proton Mail secure email.
Von meinem iPhone gesendet"""


@pytest.mark.parametrize("line", DEVICE_LINES.split("\n"))
def test_lines_of_devices_are_folded(line: str) -> None:
    assert fold(f"Hei\n\n{line}\n").own == "Hei"


OWN_LINES = """Lähetetty paketti ei ole tullut.
Lähetetty eilen omasta puhelimesta tilaus 1042
Lähetetty tavara oli väärä
Skickat från fel adress, förlåt.
Sent from the wrong address, sorry.
Hanki minulle uusi
Terveisin Aino
Kiitos!
Hae paketti takaisin"""


@pytest.mark.parametrize("line", OWN_LINES.split("\n"))
def test_own_last_lines_are_not(line: str) -> None:
    assert fold(f"Hei\n\n{line}\n").own == f"Hei\n\n{line}"
