"""What is nothing but thanks, and what only begins like it."""

from __future__ import annotations

import pytest

from aspa.service.closing.thanking import is_bare_thanks

BARE = (
    "Kiitos!", "kiitos", "KIITOS 😊🙏", "Kiitos paljon!", "Suuri kiitos avusta", "Ok, kiitos!", "Selvä juttu, kiitos.",
    "Hienoa, kiitos nopeasta vastauksesta!", "Kiitoksia", "Kiitos kiitos", "Tack", "Tack så mycket!", "Stort tack för hjälpen",
    "Okej, tack :)", "Tack för snabbt svar!", "Thanks", "Thank you so much!", "Great, thanks a lot", "Got it, thanks!",
    "Many thanks for your help", "thx",
)  # fmt: skip
MORE = (
    "", "!", "ok", "👍", "Kiitos?", "Ei kiitos", "Nej tack", "No thanks", "Kiitos etukäteen", "Tack på förhand", "Thanks in advance",
    "Kiitos, mutta missä se on", "Kiitos! Entä hinta", "Kiitos, otan sen", "Joo kiitos", "Yes thanks", "Ja tack",
    "Tack, men paketet har inte kommit", "Thanks for nothing", "Thank you for your offer", "Kiitos 2 kpl", "Hei", "Ok hyvä",
    "Thanks, please cancel it", "Kiitos tilauksesta 12345", "Kiitos " * 20,
)  # fmt: skip


@pytest.mark.parametrize("text", BARE)
def test_bare_thanks(text: str) -> None:
    assert is_bare_thanks(text)


@pytest.mark.parametrize("text", MORE)
def test_what_says_more_stays_ours(text: str) -> None:
    assert not is_bare_thanks(text)
