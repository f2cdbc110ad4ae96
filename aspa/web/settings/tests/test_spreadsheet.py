"""What people named is never a formula to the program that opens the table."""

from __future__ import annotations

import pytest

from aspa.web.settings import spreadsheet

pytestmark = pytest.mark.once


def test_words_are_words_and_numbers_are_numbers() -> None:
    row = ("Kauppa", '=HYPERLINK("https://x.example")', "+1", "-1", "@x", "\t=x", "Ei=kaava", -1, 0.5, "")
    answer = spreadsheet.answer("days.csv", ("a", "b"), [row])
    assert answer.content.decode() == (
        '\ufeffa,b\r\nKauppa,"\'=HYPERLINK(""https://x.example"")",\'+1,\'-1,\'@x,\'\t=x,Ei=kaava,-1,0.5,\r\n'
    )
    assert answer["Content-Disposition"] == 'attachment; filename="days.csv"'
