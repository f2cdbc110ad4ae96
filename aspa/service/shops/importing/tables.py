"""Tables as spreadsheet programs save them: which letters, which mark between the columns, and their rows."""

from __future__ import annotations

import codecs
import contextlib
import csv
import dataclasses
import io
from collections.abc import Iterator
from typing import IO

# As Excel and LibreOffice write them; cp1252 is what older Finnish programs save, and knows every byte but five.
ENCODINGS = ("utf-8-sig", "utf-16", "cp1252")
DELIMITERS = {";": ";", ",": ",", "\t": "Tab", "|": "|"}
HEAD_BYTES = 64 * 1024
HEAD_ROWS = 20
BLOCK = 1024 * 1024


@dataclasses.dataclass(frozen=True, slots=True)
class Reading:
    encoding: str
    delimiter: str


def guess(file: IO[bytes]) -> Reading:
    """How the file is most likely written. Leaves it at its beginning."""
    encoding = _encoding(file)
    head = codecs.getincrementaldecoder(encoding)("replace").decode(file.read(HEAD_BYTES))
    file.seek(0)
    return Reading(encoding, max(DELIMITERS, key=lambda mark: _columns(head, mark)))


def rows(file: IO[bytes], reading: Reading) -> Iterator[tuple[int, list[str]]]:
    """The rows that aren't empty, each with the number of the line that it ends at. The file has to stay open."""
    text = io.TextIOWrapper(file, encoding=reading.encoding, errors="replace", newline="")
    table = csv.reader(text, delimiter=reading.delimiter)
    try:
        for row in table:
            if any(cell.strip() for cell in row):
                yield table.line_num, row
    finally:
        # The wrapper would close what isn't its own; whoever reads only a part may have closed it already.
        with contextlib.suppress(ValueError):
            text.detach()


def _encoding(file: IO[bytes]) -> str:
    head = file.read(2)
    file.seek(0)
    if head in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return "utf-16"
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    try:
        while block := file.read(BLOCK):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "cp1252"
    finally:
        file.seek(0)
    return "utf-8-sig"


def _columns(head: str, mark: str) -> int:
    """In how many columns the mark parts the heading, if it parts the rows below it into as many; else none."""
    found = [row for row in csv.reader(io.StringIO(head, newline=""), delimiter=mark) if row][:HEAD_ROWS]
    if not found:
        return 0
    alike = sum(len(row) == len(found[0]) for row in found)
    return len(found[0]) if alike * 4 >= len(found) * 3 else 0
