"""Replies that leave the customer with nothing are found; those that say something aren't."""

from __future__ import annotations

import pytest

from aspa.service.promises.recognising import recognise
from aspa.service.promises.tests.test_recognising import NOW, OFFICE
from aspa.service.promises.vague import BETTER, vagueness

VAGUE = {
    "fi": [
        "en tiedä", "Hmm…", "ei oo hajua", "En tiedä.", "No en tiiä :)", "Hei! En osaa sanoa.", "emmä tiiä", "Ei mitään tietoa",
        "En tiedä siitä valitettavasti", "Hmm, en tiedä", "ei mitään hajua", "Paketti lähti maanantaina. En tiedä.",
    ],
    "sv": ["vet inte", "Jag vet tyvärr inte.", "Ingen aning", "Hej! Jag vet inte", "jag har ingen aning", "Svårt att säga."],
    "en": ["no idea", "I don't know.", "Hmm...", "Not sure", "dunno", "Sorry, I don't know", "I have no idea!", "idk"],
}  # fmt: skip
CLEAR = [
    "En tiedä vielä, mutta selvitän asian ja palaan huomenna.", "Kiitos!", "Paketti on matkalla.", "Ok", "Joo",
    "En tiedä tuotteen painoa, mutta mitat ovat sivulla.", "Jag vet inte ännu, men jag tar reda på det.",
    "I don't know yet, but I'll find out.", "Se on varmasti kadoksissa, etsin sen.", "No problem!", "", "👍",
    "Tiedän sen.", "Hyvä idea!", "En tiedä, onko sitä varastossa. Tarkistan sen heti.",
]  # fmt: skip


@pytest.mark.parametrize(("language", "text"), [(code, text) for code, texts in VAGUE.items() for text in texts])
def test_the_vague_is_found_with_a_better_sentence(language: str, text: str) -> None:
    found = vagueness(text, language=language)
    assert found is not None
    assert found.better == BETTER[language]


@pytest.mark.parametrize("text", CLEAR)
def test_what_says_something_passes(text: str) -> None:
    assert vagueness(text, language="fi") is None


@pytest.mark.parametrize("language", BETTER)
def test_the_better_sentence_is_a_promise_and_not_vague(language: str) -> None:
    (promise,) = recognise(BETTER[language], language=language, now=NOW, schedule=OFFICE)
    assert promise.due is not None
    assert vagueness(BETTER[language], language=language) is None


def test_only_the_vague_end_is_replaced() -> None:
    text = "Paketti lähti maanantaina. En tiedä."
    found = vagueness(text, language="fi")
    assert found is not None
    assert text[: found.start] == "Paketti lähti maanantaina. "
