"""Texts side by side, how they read and how they are spelt."""

from __future__ import annotations

import time

import pytest

from aspa.service.knowledge.comparing import compared
from aspa.service.knowledge.reading import Level, reading, syllables
from aspa.service.knowledge.spelling import misspelt, speller


def test_words_that_differ_are_marked_and_escaped() -> None:
    rows = compared("same\nold <b>word</b>\ngone", "same\nnew <b>word</b>")
    assert [(row.kind, row.old, row.new) for row in rows] == [
        ("same", "same", "same"),
        (
            "changed",
            "<del>old</del> &lt;b&gt;word&lt;/b&gt;",
            "<ins>new</ins> &lt;b&gt;word&lt;/b&gt;",
        ),
        ("removed", "<del>gone</del>", ""),
    ]
    assert compared("a\nb", "a\nb") == []


def test_long_texts_that_stay_the_same_are_folded_and_huge_ones_are_compared_soon() -> None:
    long = "\n".join(f"line {number}" for number in range(50))
    assert [row.kind for row in compared(long, f"{long}\nmore")] == ["gap", "same", "same", "added"]
    began = time.process_time()
    assert compared("a b " * 5000, "b a " * 5000)[0].kind == "changed"
    assert compared("x\n" * 5000, "y\n" * 4900)
    assert time.process_time() - began < 10


@pytest.mark.parametrize(
    ("word", "count"),
    [("talo", 2), ("palautus", 3), ("maanantai", 3), ("tiedottaminen", 5), ("yö", 1), ("korkea", 3), ("hauista", 3)],
)
def test_syllables(word: str, count: int) -> None:
    assert syllables(word) == count


def test_how_hard_a_text_is() -> None:
    easy = "Pese neule käsin. Vesi on haaleaa. Älä väännä. Kuivaa tasolla. " * 4
    hard = "Reklamaatiotilanteissa asiakaspalveluhenkilökunta edellyttää yksityiskohtaista virhekuvausta, " * 8
    found = reading(easy, "fi"), reading(hard, "fi")
    assert found[0] is not None and found[0].level == Level.EASY and found[0].measure == "wiio"
    assert found[1] is not None and found[1].level == Level.VERY_HARD
    # Five words in a sentence and one long word in ten: LIX 15.
    english = reading("We wash the wool soon. They answer one letter monthly. " * 4, "en")
    assert english is not None and (english.measure, english.value, english.level) == ("lix", 15, Level.EASY)
    assert reading("Too short to tell.", "en") is None


def test_words_that_nobody_knows_are_told_once_and_names_are_left_alone() -> None:
    known = {"pese", "villa"}
    assert misspelt("Pese vilal ja villa, vilal! Oulu", lambda word: word.lower() in known | {"ja"}) == ["vilal"]


def test_swedish_and_english_are_spelt_as_search_knows_their_forms() -> None:
    swedish, english = speller("sv"), speller("en")
    assert swedish is not None and english is not None
    assert misspelt("leveranser leverens leveranstid retur-paket https://aspa.example/retrun", swedish) == ["leverens"]
    assert misspelt("returns retrun parcel's deliveries", english) == ["retrun"]
    assert speller("de") is None
