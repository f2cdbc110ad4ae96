"""Tables for spreadsheets: comma-separated, in UTF-8."""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# By this mark table programs know UTF-8.
MARK = "\ufeff"
# What begins so they take for a formula, also in the letters of East Asia's keyboards
# (https://owasp.org/www-community/attacks/CSV_Injection).
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# In Finland and Sweden they part a table at semicolons, whatever stands between quotes: so a cell of theirs begins in
# the middle of one of ours.
_LATER = re.compile(r"""([;\t\r\n]["\s]*)(?=[=+\-@＝＋－＠])""")


def answer(name: str, columns: Sequence[Any], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    """The table as a file of this name."""
    response = HttpResponse(
        MARK, content_type="text/csv; charset=utf-8", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
    table = csv.writer(response)
    table.writerow([_plain(column) for column in columns])
    table.writerows([_plain(cell) for cell in row] for row in rows)
    return response


def _plain(cell: Any) -> Any:
    """Numbers as they are; words, which people have written, never as a formula."""
    if isinstance(cell, int | float):
        return cell
    text = _LATER.sub(r"\1'", str(cell))
    return f"'{text}" if text.startswith(FORMULA) else text
