import pytest
from hypothesis import given
from hypothesis import strategies as st

from aspa.kit.text import clean, initials, plain_length, preview


def test_cleaning_keeps_what_people_write() -> None:
    kept = "Äiti söi öylätin. 👩‍👩‍👧 🏴󠁧󠁢󠁥󠁮󠁧󠁿 ❤️\n\tšž åÅ €"
    assert clean(kept) == kept


def test_cleaning_takes_what_does_harm() -> None:
    assert clean("\x00a\x07\u202eb\ufeff\ud800\r\nc\rd \n") == "ab\nc\nd"


def test_cleaning_composes_letters() -> None:
    assert clean("a\u0308iti") == "äiti"


@given(st.text())
def test_clean_text_stays_as_it_is(text: str) -> None:
    once = clean(text)
    assert "\x00" not in once
    assert clean(once) == once


@given(st.text(), st.integers(min_value=4, max_value=200))
def test_a_preview_is_one_line_within_its_length(text: str, length: int) -> None:
    shown = preview(text, length)
    assert len(shown) <= length
    assert "\n" not in shown


def test_a_preview_ends_at_a_word() -> None:
    assert preview("Missä minun pakettini viipyy?\nTilasin sen maanantaina.", 30) == "Missä minun pakettini viipyy?…"
    assert preview("Lyhyt\n viesti") == "Lyhyt viesti"


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Ada Lahti", "AL"), ("ada", "A"), ("Ada von Bergen-Lahti", "AB"), ("", "?"), ("🙂", "?"), ("åke Öst", "ÅÖ")],
)
def test_initials(name: str, expected: str) -> None:
    assert initials(name) == expected


def test_length_is_what_browsers_count() -> None:
    assert plain_length("moi") == 3
    assert plain_length("🙂") == 2
    assert plain_length("\ud800") == 1
