"""What makes a message urgent, and what only looks so."""

from __future__ import annotations

import pytest

from aspa.service.duty.urgency import found
from aspa.service.duty.words import DEFAULTS


@pytest.mark.parametrize(
    ("language", "text", "word"),
    [
        ("fi", "Hei! Minulla on kiireellistä asiaa tilauksesta.", "kiireellistä"),
        ("fi", "En pääse sisään hätä on suuri", "hätä"),
        ("fi", "Vastatkaa HETI PAIKALLA", "HETI PAIKALLA"),
        ("sv", "Det är akut!", "är akut"),
        ("sv", "Akuta problem med betalningen", "Akuta"),
        ("sv", "Det är brådskande", "brådskande"),
        ("en", "This is URGENT!!", "URGENT"),
        ("en", "Please call me as soon as possible.", "as soon as possible"),
        # In a language that isn't the page's.
        ("fi", "Det är bråttom", "bråttom"),
        ("fi", "Need it ASAP", "ASAP"),
        ("", "Hätä!", "Hätä"),
    ],
)
def test_urgent(language: str, text: str, word: str) -> None:
    assert found(text, DEFAULTS, language=language) == word


@pytest.mark.parametrize(
    ("language", "text"),
    [
        # The batteries.
        ("fi", "Akut eivät lataudu"),
        ("fi", "Tällä asialla ei ole mitään kiirettä. Ei kiire."),
        ("fi", "Asia ei ole erityisen kiireellinen"),
        ("sv", "Det är inte så brådskande, ingen brådska"),
        ("en", "It's not at all urgent, no emergency"),
        # Short, and another language's.
        ("sv", "Vad betyder hätä på svenska"),
        ("fi", "Kuoressa luki ”kiireellinen”, mistä on kyse?"),
        ("fi", "> kiireellinen\nTämä on jo hoidettu, kiitos."),
        ("fi", ""),
    ],
)
def test_not_urgent(language: str, text: str) -> None:
    assert found(text, DEFAULTS, language=language) == ""


def test_a_companys_own_words() -> None:
    words = {"fi": ["maksupääte", "kassa jumissa", ""], "sv": []}
    assert found("Meidän kassa jumissa taas", words, language="fi") == "kassa jumissa"
    assert found("Maksupäätteet ovat kauniita", words, language="fi") == ""
