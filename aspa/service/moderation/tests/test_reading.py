"""What a text has in it that is better looked at first."""

from __future__ import annotations

import time

import pytest

from aspa.service.moderation import reading


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Katso https://evil.example/x ja www.evil.example", 2),
        ("Halvat kengät: halpa.shop nyt", 1),
        ("bit.ly/3xyz", 1),
        ("[tästä](//evil.example)", 1),
        ("evil [.] com", 1),
        ("evil (dot) com", 1),
        ("HTTPS://EVIL.EXAMPLE", 1),
        ("https://villa.fi/sukat ja https://kauppa.villa.fi/", 0),
        ("https://villa.fi.evil.example/", 1),
        ("https://evilvilla.fi/", 1),
        ("Lanka oli poikki.Se oli uusi, maksoi 12.50 e", 0),
        ("Pesen ne 30.6. ja käytän villapesua", 0),
    ],
)
def test_links(text: str, count: int) -> None:
    assert reading.links(text, ["villa.fi"]) == count


@pytest.mark.parametrize(
    "text",
    [
        "dee@home.example",
        "soita 040 123 4567",
        "0401234567",
        "+358 40 1234567",
        "131052-308T",
        "FI21 1234 5600 0007 85",
    ],
)
def test_personal_data(text: str) -> None:
    assert reading.is_personal(f"Olen {text} kiitos")


@pytest.mark.parametrize("text", ["Koko 42 ja 44, 120 cm", "Tilasin 12.11.2026 klo 10.30", "0,5 litraa ja 05 mm"])
def test_what_is_not_personal(text: str) -> None:
    assert not reading.is_personal(text)


def test_words_that_are_kept_out_begin_others() -> None:
    assert reading.has_word("Tämä on HUIJAUSTA", ["huijaus"])
    assert not reading.has_word("Eihän huijaus ole", ["ei se"])
    assert not reading.has_word("vahuijaus", ["huijaus"])
    assert reading.has_word("C++ (on)", ["(on"])


def test_the_same_text_in_other_clothes() -> None:
    one = "Osta nyt halvalla! Alennus 50 %, koodi 123"
    assert reading.fingerprint(one) == reading.fingerprint("osta NYT, halvalla: alennus 70 % – koodi 999!!!")
    assert reading.fingerprint("Kiitos paljon") == ""


@pytest.mark.parametrize("blank", [" ", "\n", "\t"])
def test_a_page_of_blanks_is_looked_through_at_once(blank: str) -> None:
    began = time.process_time()
    assert reading.links(f"shop{blank * 40_000}dot fi", ()) == 1
    assert time.process_time() - began < 3
