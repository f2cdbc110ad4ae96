from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aspa.service.search.asking import NAMES, Asked, Hint, Operator, moment, parse

TODAY = dt.date(2026, 11, 22)


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("lahjakortti toimii", [Asked("lahjakortti"), Asked("toimii")]),
        ("from:dee", [Asked("dee", Operator.FROM)]),
        ('Lähettäjä:"Dee Dahl"', [Asked("Dee Dahl", Operator.FROM)]),
        ("från:dee till:butik", [Asked("dee", Operator.FROM), Asked("butik", Operator.TO)]),
        ("on:avoin -är:avslutad", [Asked("open", Operator.IS), Asked("ended", Operator.IS, denied=True)]),
        ("has:liite har:länk", [Asked("file", Operator.HAS), Asked("link", Operator.HAS)]),
        (
            '"ei toimi" -"kiitos paljon"',
            [Asked("ei toimi", phrase=True), Asked("kiitos paljon", phrase=True, denied=True)],
        ),
        ("“ei toimi”", [Asked("ei toimi", phrase=True)]),
        ('"ei pääty', [Asked("ei pääty", phrase=True)]),
        ("-rikki lahja-kortti", [Asked("rikki", denied=True), Asked("lahja-kortti")]),
        ("label:", []),
        ("- -- : \"\" ''", []),
        ("https://villa.example/a?b", [Asked("https://villa.example/a?b")]),
        ("klo 12:30", [Asked("klo"), Asked("12:30")]),
    ],
)
def test_what_is_typed_is_taken_apart(typed: str, asked: list[Asked]) -> None:
    question = parse(typed)
    assert list(question.asked) == asked
    assert not question.hints


def test_what_is_no_operator_is_words_and_is_said() -> None:
    question = parse("colour:red is:purple before:someday")
    assert question.words == "colour:red purple someday"
    assert question.hints == (Hint("colour"), Hint("purple", Operator.IS), Hint("someday", Operator.BEFORE))


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2026-11-05", dt.date(2026, 11, 5)),
        ("5.11.2026", dt.date(2026, 11, 5)),
        ("5.11.", dt.date(2026, 11, 5)),
        ("24.12.", dt.date(2025, 12, 24)),
        ("11/2026", dt.date(2026, 11, 1)),
        ("2025", dt.date(2025, 1, 1)),
        ("eilen", dt.date(2026, 11, 21)),
        ("2vk", dt.date(2026, 11, 8)),
        ("7d", dt.date(2026, 11, 15)),
        ("31.2.2026", None),
        ("29.2.", None),
        ("9999y", None),
        ("0000", None),
        ("soon", None),
    ],
)
def test_days_are_written_in_many_ways(written: str, day: dt.date | None) -> None:
    assert moment(written, TODAY) == day


@given(st.text() | st.lists(st.sampled_from(['"', ":", "-", " ", "is:", "från:", "a", "ä", "²", *NAMES])).map("".join))
def test_nothing_typed_is_a_mistake(typed: str) -> None:
    for one in parse(typed).asked:
        assert one.value
        moment(one.value, TODAY)
