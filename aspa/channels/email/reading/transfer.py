"""Bodies out of their transfer encodings (RFC 2045, uuencode), also where these are broken."""

from __future__ import annotations

import binascii
import re

_ALPHABET = bytes(
    byte for byte in range(256) if not (chr(byte).isascii() and (chr(byte).isalnum() or chr(byte) in "+/"))
)
# More encoded letters after a padding: several pieces were put behind each other, or a footer was added in the clear.
# (Begins with what is looked for, so that the search needn't stop at every letter.)
_AFTER_PADDING = re.compile(rb"=(?<![=\s]=)[=\s]*+(?=[^=\s])")
MOST_PIECES = 1000
_UU_BEGIN = re.compile(rb"^begin[ \t]+[0-7]{3,4}[ \t]+([^\r\n]{1,255}?)[ \t]*\r?\n(?=[!-`\x20])", re.MULTILINE)
_UU_END = re.compile(rb"^end[ \t]*\r?$", re.MULTILINE)


def decode(buffer: bytes, start: int, end: int, encoding: str) -> bytes:
    """The bytes meant. An unknown encoding, or none, gives them as they are."""
    if encoding == "base64":
        return _base64(buffer, start, end)
    if encoding == "quoted-printable":
        return binascii.a2b_qp(buffer[start:end])
    if encoding == "x-uuencode":
        found = next(iter(uuencoded(buffer[start:end])), None)
        return found[3] if found else buffer[start:end]
    return buffer[start:end]


def _base64(buffer: bytes, start: int, end: int) -> bytes:
    if not _looks_encoded(buffer, start, min(end, start + 60)):
        return buffer[start:end]
    stop = _clear_from(buffer, start, end)
    pieces: list[bytes] = []
    position = start
    while position < stop and len(pieces) < MOST_PIECES:
        padding = _AFTER_PADDING.search(buffer, position, stop)
        piece_end = padding.end() if padding else stop
        pieces.append(_piece(buffer, position, piece_end))
        position = piece_end
    if stop < end:
        pieces.append(b"\n" + buffer[stop:end])
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)


def _clear_from(buffer: bytes, start: int, end: int) -> int:
    """Where a list or a gateway has put its footer behind, in the clear; the end where none has."""
    blank, low_line = buffer.find(b" ", start, end), buffer.find(b"_", start, end)
    for _ in range(MOST_PIECES):
        found = min((place for place in (blank, low_line) if place >= 0), default=-1)
        if found < 0:
            break
        line_start = max(start, buffer.rfind(b"\n", start, found) + 1)
        line_end = buffer.find(b"\n", found, end)
        line_end = line_end if line_end >= 0 else end
        line = buffer[line_start : min(line_end, line_start + 1000)].strip()
        if line_start > start and (b" " in line or b"__" in line):
            return line_start
        # Each is looked for only once over the same bytes: they may be many.
        if 0 <= blank < line_end:
            blank = buffer.find(b" ", line_end, end)
        if 0 <= low_line < line_end:
            low_line = buffer.find(b"_", line_end, end)
    return end


def _looks_encoded(buffer: bytes, start: int, end: int) -> bool:
    """Words with blanks between are no base64, whatever the header says."""
    sample = buffer[start:end].strip()
    return len(sample.translate(None, b" \t,.!?:;<>()\"'")) >= len(sample) * 0.97


def _piece(buffer: bytes, start: int, end: int) -> bytes:
    with memoryview(buffer)[start:end] as view:
        try:
            return binascii.a2b_base64(view)
        except binascii.Error:
            pass
    letters = buffer[start:end].translate(None, _ALPHABET)
    if len(letters) % 4 == 1:
        letters = letters[:-1]
    return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))


def uuencoded(data: bytes) -> list[tuple[int, int, bytes, bytes]]:
    """(start, end, name, content) of each uuencoded file that stands in a text."""
    found = []
    position = 0
    while b := _UU_BEGIN.search(data, position):
        finish = _UU_END.search(data, b.end())
        stop = finish.start() if finish else len(data)
        content = _lines_of_uu(data[b.end() : stop])
        position = finish.end() if finish else len(data)
        if content is not None:
            found.append((b.start(), position, b[1], content))
        if len(found) == 100:
            break
    return found


def _lines_of_uu(data: bytes) -> bytes | None:
    """None when it isn't uuencoded at all: "begin 100 apples" may well stand in a letter."""
    lines = []
    wrong = 0
    for line in data.splitlines():
        if not line.strip():
            continue
        length = (line[0] - 32) & 63
        try:
            lines.append(binascii.a2b_uu(line))
        except binascii.Error:
            # Some encoders write a wrong rest at the end of a line.
            try:
                lines.append(binascii.a2b_uu(line[: (length * 4 + 5) // 3]))
            except binascii.Error:
                wrong += 1
    return None if wrong * 10 > len(lines) or not lines else b"".join(lines)
