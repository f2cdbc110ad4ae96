"""Bodies out of their transfer encodings (RFC 2045, uuencode), also where these are broken."""

from __future__ import annotations

import binascii
import re

_ALPHABET = bytes(
    byte for byte in range(256) if not (chr(byte).isascii() and (chr(byte).isalnum() or chr(byte) in "+/"))
)
# More encoded letters after a padding: several pieces were put behind each other, or a footer was added in the clear.
_AFTER_PADDING = re.compile(rb"(?<![=\s])=[=\s]*+(?=[^=\s])")
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
    if not _looks_encoded(buffer, start, min(end, start + 2000)):
        return buffer[start:end]
    padding = _AFTER_PADDING.search(buffer, start, end)
    if not padding:
        return _piece(buffer, start, end)
    pieces = [_piece(buffer, start, padding.end())]
    position = padding.end()
    while position < end and len(pieces) < 1000:
        if not _looks_encoded(buffer, position, min(end, position + 300)):
            # A list's footer, in the clear.
            pieces.append(b"\n" + buffer[position:end])
            break
        padding = _AFTER_PADDING.search(buffer, position, end)
        stop = padding.end() if padding else end
        pieces.append(_piece(buffer, position, stop))
        position = stop
    return b"".join(pieces)


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
