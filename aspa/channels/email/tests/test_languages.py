"""The three languages, told apart also in short and sloppy mails."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from aspa.channels.email.reading.languages import language_of

REPLIES = Path(__file__).parent / "corpus" / "replies" / "expected.toml"

FI = """Hei, onko paketti lähtenyt jo?
Missä tilaukseni on
Moi! Haluan palauttaa puseron.
Kiitos avusta, asia selvisi.
Koska auki huomenna?
Laskussa virhe, korjatkaa
Olen odottanut kaksi viikkoa enkä ole saanut vastausta.
saisko rahat takas
Toimitusosoite muuttunut: Rantakatu 5, Tampere
Voitteko lähettää kuitin uudelleen?
ok sopii hyvin
Hei Kate, kiitos for the info, mutta paketti ei ole tullut
Tilasin Björn Borg -merkkisen laukun, väri oli väärä"""
SV = """Hej, har paketet skickats?
Var är min beställning
Jag vill returnera tröjan.
Tack för hjälpen, det löste sig.
När har ni öppet imorgon?
Fel på fakturan, vänligen rätta
kan jag få pengarna tillbaka
Varan var trasig när den kom
Kan ni skicka kvittot igen?
ok det passar bra
Hej, jag bor i Åbo och undrar om ni levererar hit"""
EN = """Hi, has the parcel been sent?
Where is my order
I would like to return the sweater.
When are you open tomorrow?
Error in invoice, please correct
can i get my money back
The item was broken when it arrived
ok works for me
What's your return policy?
Order number 1042 from Villapuoti Oy, Helsinki has not arrived"""
SENTENCES = [(each, code) for code, text in (("fi", FI), ("sv", SV), ("en", EN)) for each in text.split("\n")]


@pytest.mark.parametrize(("sentence", "code"), SENTENCES)
def test_sentence(sentence: str, code: str) -> None:
    assert language_of(sentence, "none") == code


@pytest.mark.parametrize(
    "text",
    ["", "Ok", "Kiitos paljon", "1042 5512 77", "👍 👍 👍", "https://example.com/hej/och/tack", "Xyzzy qwxz bgt"],
)
def test_too_little_is_the_default(text: str) -> None:
    assert language_of(text, "sv") == "sv"
    assert language_of(text, "en") == "en"


def test_never_takes_one_of_ours_for_another() -> None:
    """The replies of the corpus: unclear ones are left to the default, none is taken for another language."""
    expected = tomllib.loads(REPLIES.read_text())
    for name, each in expected.items():
        code = (
            "sv" if name.endswith("-sv") or "-sv-" in name else "en" if name.endswith("-en") or "-en-" in name else ""
        )
        if code:
            assert language_of(each["own"], code) == code, name
