"""What people named is never a formula to the program that opens the table."""

from __future__ import annotations

import csv
import io

import pytest

from aspa.web.settings import spreadsheet

pytestmark = pytest.mark.once


def test_words_are_words_and_numbers_are_numbers() -> None:
    row = ("Kauppa", '=HYPERLINK("https://x.example")', "+1", "-1", "@x", "\t=x", "Ei=kaava", -1, 0.5, "")
    answer = spreadsheet.answer("days.csv", ("a", "b"), [row])
    assert answer.content.decode() == (
        "\ufeffa,b\r\nKauppa,\"'=HYPERLINK(\"\"https://x.example\"\")\",'+1,'-1,'@x,'\t'=x,Ei=kaava,-1,0.5,\r\n"
    )
    assert answer["Content-Disposition"] == 'attachment; filename="days.csv"'


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_no_cell_is_a_formula_however_the_table_is_parted(delimiter: str) -> None:
    names = ["Dee;=1+1;", 'Dee;"=1+1', "Dee\n=1+1", "Dee\t@x", "＝1+1", "Dee; -1"]
    table = spreadsheet.answer("x.csv", ("=a", "b"), [("x", name) for name in names]).content.decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(table, newline=""), delimiter=delimiter) for cell in row]
    assert not [cell for cell in cells if cell.strip(' "').startswith(spreadsheet.FORMULA)]
