from __future__ import annotations

import pytest

from aspa.service.visits.addresses import LONGEST, cleaned, without_people


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("https://shop.fi/sukat?koko=42&sivu=2", "https://shop.fi/sukat?koko=42&sivu=2"),
        ("https://shop.fi:8080/a#access_token=x", "https://shop.fi:8080/a"),
        ("https://maija:secret@shop.fi/a", "https://shop.fi/a"),
        ("https://shop.fi/a?token=abc&q=sukka", "https://shop.fi/a?q=sukka"),
        ("https://shop.fi/a?reset_code=1&Email=a%40b.fi&sukunimi=1", "https://shop.fi/a?sukunimi=1"),
        ("https://shop.fi/a?to=maija%40example.fi", "https://shop.fi/a"),
        ("https://shop.fi/a?q=010190-123A", "https://shop.fi/a"),
        ("https://shop.fi/a?x=%2B358401234567", "https://shop.fi/a"),
        ("https://shop.fi/a?v=Zk3vR9sT1uW5xY7zA2bC4dE6fG8h", "https://shop.fi/a"),
        ("https://shop.fi/a?utm_source=x&gclid=y&keyword=sukka", "https://shop.fi/a?keyword=sukka"),
        ("https://shop.fi/reset/Zk3vR9sT1uW5xY7zA2bC4dE6fG8h/", "https://shop.fi/reset/…/"),
        ("https://shop.fi/u/maija@example.fi/orders", "https://shop.fi/u/…/orders"),
        ("https://shop.fi/catalogue/coders-at-work-2nd-edition_207/", "https://shop.fi/catalogue/coders-at-work-2nd-edition_207/"),
        ("https://shop.fi/neule%20villaa", "https://shop.fi/neule%20villaa"),
    ],
)  # fmt: skip
def test_what_opens_doors_or_names_people_is_left_out(told: str, kept: str) -> None:
    assert cleaned(told) == kept


@pytest.mark.parametrize(
    "told", ["javascript:alert(1)", "/relative", "", "ftp://shop.fi/", "https://", "http://[", "data:text/html,x"]
)
def test_what_is_no_web_address(told: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        cleaned(told)


def test_an_endless_address_ends() -> None:
    assert len(cleaned("https://shop.fi/" + "a/" * 1000)) == LONGEST


def test_a_title_names_nobody() -> None:
    assert without_people("Tilaus · maija@example.fi · 010190-123A") == "Tilaus · … · …"
