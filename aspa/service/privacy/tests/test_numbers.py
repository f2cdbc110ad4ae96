"""Which numbers are found in what people write, and which only look like them."""

from __future__ import annotations

import time

import pytest
from django.utils.translation import override

from aspa.service.privacy.declared.conversations import wordless
from aspa.service.privacy.numbers import Kind, find, without

EVERYTHING = tuple(Kind)


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Korttini on 4111 1111 1111 1111.", [Kind.CARD]),
        ("amex 378282246310005, visa 4111-1111-1111-1111", [Kind.CARD, Kind.CARD]),
        ("Olen 131052-308T", [Kind.IDENTITY]),
        ("Syntynyt 2000-luvulla: 010101A123N", [Kind.IDENTITY]),
        ("Jag är 880320-0016", [Kind.IDENTITY]),
        ("Tilini FI21 1234 5600 0007 85 on Nordeassa", [Kind.ACCOUNT]),
        ("FI2112345600000785", [Kind.ACCOUNT]),
        ("Two: 131052-308T and 4111111111111111", [Kind.IDENTITY, Kind.CARD]),
        # What stands around a card's number in digits: an order's number, its last month, the code on its back.
        ("Tilaus 53345 4111 1111 1111 1111 12/28 123", [Kind.CARD]),
        ("4111111111111111 12 28", [Kind.CARD]),
        ("Kaksi: 4111 1111 1111 1111 5555 5555 5555 4444", [Kind.CARD, Kind.CARD]),
        ("4111\u00a01111\u20091111\u202f1111", [Kind.CARD]),
        ("4111–1111–1111–1111, 4111.1111.1111.1111", [Kind.CARD, Kind.CARD]),
        ("4111 - 1111 - 1111 - 1111", [Kind.CARD]),
        ("4111  1111 1111\n1111", [Kind.CARD]),
        ("4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1", [Kind.CARD]),
        ("4111\u200b1111\u200b1111\u200b1111 ja 41111111 11111111", [Kind.CARD, Kind.CARD]),
        ("3782 822463 10005.", [Kind.CARD]),
        ("hetu:131052–308T, 131052 - 308T (131052‑308t)", [Kind.IDENTITY] * 3),
        ("19880320-0016, 880320–0016, 198803200016, 19880320 0016", [Kind.IDENTITY] * 4),
        ("Samordningsnummer 701063-2391", [Kind.IDENTITY]),
        ("131052-308T_4111111111111111.pdf", [Kind.IDENTITY, Kind.CARD]),
    ],
)
def test_they_are_found(text: str, kinds: list[Kind]) -> None:
    assert [one.kind for one in find(text, EVERYTHING)] == kinds
    clean, count = without(text, EVERYTHING)
    assert count == len(kinds)
    assert not find(clean, EVERYTHING)


@pytest.mark.parametrize(
    "text",
    [
        "Tilaus 4111 1111 1111 1112",  # the check digit is wrong
        "Order 1234567890123452",  # nobody issues cards that begin with 1
        "131052-308A",
        "EAN 6417645041234, seuranta JJFI64301000012345678",
        "Puhelin +358 40 123 4567, klo 12.00-13.00",
        "0000 0000 0000 0000",
        "https://shop.example/t/4111111111111111.0",
        "Lasku, viite 51234 56789 01234 60",  # a reference number is written by fives
        "EAN 4006381333931, 4012345678901, 6430012345678",
        "Seuranta JJFI 6430 0000 0000 0000 17, 00 3707 0000 0000 0000 19, 1Z 9999 9999 9999 9999",
        "Tuotteet\n4111\n1111\n1111\n1111",
        "Tilaus 202611221237, puhelin 040123 4567, 0401234567, +46 70 123 45 67",
        "Versio 4111.1111.1111.1111.5, 880320-0017, 991399-0016",
        "a4111111111111111b",
        "",
    ],
)
def test_what_only_looks_like_one_stays(text: str) -> None:
    assert without(text, EVERYTHING) == (text, 0)


def test_only_the_kinds_that_are_asked_for_go() -> None:
    text = "4111111111111111 131052-308T"
    with override("en"):
        assert without(text, [Kind.CARD])[0] == "[card number removed] 131052-308T"
    assert without(text, []) == (text, 0)
    account = "SE45 5000 0000 0583 9825 7466, FI49 5000 9420 0287 30"
    assert without(account, [Kind.CARD, Kind.IDENTITY]) == (account, 0)


def test_values_of_lines_keep_codes_and_lose_words() -> None:
    said = {
        "who": "Ben",
        "what": "Soitan Deelle",
        "minutes": 5,
        "why": {"because": ["known"], "note": "Dee"},
        "to": None,
    }
    assert wordless(said) == {
        "who": "Ben", "what": "…", "minutes": 5, "why": {"because": ["known"], "note": "…"}, "to": None,
    }  # fmt: skip


@pytest.mark.parametrize("unit", ["1 ", "12 ", "1. ", "1-", "4111 "])
def test_a_page_of_numbers_is_looked_through_at_once(unit: str) -> None:
    """What looks at each pair of them takes hours for it, and any customer may send it."""
    text = unit * (20_000 // len(unit)) + "kortti 4111 1111 1111 1111"
    began = time.process_time()
    assert [one.kind for one in find(text, EVERYTHING)][-1:] == [Kind.CARD]
    assert time.process_time() - began < 3
