"""winmail.dat: what Outlook packs a mail into for other Outlooks (MS-OXTNEF, MS-OXRTFCP)."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
import struct
from collections.abc import Iterator

from aspa.channels.email.reading import charsets

_SIGNATURE = b"\x78\x9f\x3e\x22"

# Attributes, by their number without the type.
_CLASS, _BODY, _CODEPAGE, _PROPERTIES = 0x8008, 0x800C, 0x9007, 0x9003
_NEXT_FILE, _FILE_TITLE, _FILE_DATA, _FILE_PROPERTIES = 0x9002, 0x8010, 0x800F, 0x9005

# Properties of a mail and of a file in it.
_TEXT, _RTF, _HTML, _CHARSET, _SUBJECT = 0x1000, 0x1009, 0x1013, 0x3FDE, 0x0037
_DATA, _NAME, _LONG_NAME, _MIME, _CONTENT_ID, _DISPLAY_NAME = 0x3701, 0x3704, 0x3707, 0x370E, 0x3712, 0x3001
# Named properties of an appointment, by their number in its set.
_WHERE, _START, _END = 0x8208, 0x820D, 0x820E

_FIXED = {0x2: 4, 0x3: 4, 0x4: 4, 0x5: 8, 0x6: 8, 0x7: 8, 0xA: 4, 0xB: 4, 0x14: 8, 0x40: 8, 0x48: 16}
_VARIABLE = {0xD, 0x1E, 0x1F, 0x102}
_EPOCH = dt.datetime(1601, 1, 1, tzinfo=dt.UTC)

MOST_FILES = 500
MOST_PROPERTIES = 5000
LARGEST_RTF = 2_000_000  # bytes
DEEPEST = 3  # mails within each other

# The dictionary that compressed rich text begins with (MS-OXRTFCP, 2.1.2.1).
_DICTIONARY = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbol"
    b"ArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)

_Value = bytes | int


@dataclasses.dataclass(frozen=True, slots=True)
class Packed:
    """A file in the package. `content_type` is application/octet-stream where it isn't told."""

    name: str
    content: bytes
    content_type: str = "application/octet-stream"
    content_id: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Meeting:
    title: str
    start: dt.datetime
    end: dt.datetime | None
    where: str


@dataclasses.dataclass(slots=True)
class Opened:
    """What was in the package: the body in the forms that it was there, and the files, also those of mails within."""

    text: str = ""
    html: str = ""
    rtf: bytes = b""
    subject: str = ""
    meeting: Meeting | None = None
    files: list[Packed] = dataclasses.field(default_factory=list)


def opened(data: bytes) -> Opened | None:
    """None when it isn't such a package, or nothing in it can be read."""
    return _open(data, 0)


def _open(data: bytes, depth: int) -> Opened | None:
    begin = data.find(_SIGNATURE, 0, 1000)
    if begin < 0:
        return None
    found = Opened()
    codepage = "cp1252"
    mail: dict[int, _Value] = {}
    body = message_class = b""
    attached: list[dict[int, _Value]] = []
    for attribute, value in _attributes(data, begin + 6):
        if attribute == _CODEPAGE and len(value) >= 4:
            codepage = charsets.known(f"cp{int.from_bytes(value[:4], 'little')}") or codepage
        elif attribute == _CLASS:
            message_class = value
        elif attribute == _BODY:
            body = value
        elif attribute == _PROPERTIES:
            mail = _properties(value)
        elif attribute == _NEXT_FILE and len(attached) < MOST_FILES:
            attached.append({})
        elif attached and attribute == _FILE_TITLE:
            attached[-1].setdefault(_NAME, value)
        elif attached and attribute == _FILE_DATA:
            attached[-1].setdefault(_DATA, value)
        elif attached and attribute == _FILE_PROPERTIES:
            attached[-1] |= _properties(value)
    found.text = _string(mail, _TEXT, codepage) or charsets.decode(body.rstrip(b"\x00"), codepage)
    found.html = _html(mail, codepage)
    found.rtf = decompressed(_bytes(mail, _RTF))
    found.subject = _string(mail, _SUBJECT, codepage)
    found.meeting = _meeting(mail, message_class, found.subject, codepage)
    for properties in attached:
        found.files += _files(properties, codepage, depth)
    return found if mail or body or found.files else None


def _attributes(data: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """(number, value), as far as the package goes; a broken end is left out."""
    while at + 9 <= len(data):
        level, number, _type, length = struct.unpack_from("<BHHI", data, at)
        if level not in (1, 2):
            return
        at += 9
        yield number, data[at : at + length]
        at += length + 2


def _properties(data: bytes) -> dict[int, _Value]:
    """The first value of each property, by its number; strings as bytes that tell how they are coded."""
    found: dict[int, _Value] = {}
    try:
        (count,) = struct.unpack_from("<I", data)
        at = 4
        for _ in range(min(count, MOST_PROPERTIES)):
            kind, number = struct.unpack_from("<HH", data, at)
            at += 4
            if number >= 0x8000:
                number, at = _named(data, at)
            value, at = _value(data, at, kind)
            if value is not None:
                found.setdefault(number, value)
    except struct.error:
        pass
    return found


def _named(data: bytes, at: int) -> tuple[int, int]:
    is_text, number = struct.unpack_from("<II", data, at + 16)
    at += 24
    return (0, at + _padded(number)) if is_text else (number & 0xFFFF, at)


def _value(data: bytes, at: int, kind: int) -> tuple[_Value | None, int]:
    several, kind = bool(kind & 0x1000), kind & 0xFFF
    if kind not in _FIXED and kind not in _VARIABLE:
        raise struct.error
    count = 1
    if several or kind in _VARIABLE:
        (count,) = struct.unpack_from("<I", data, at)
        at += 4
    value: _Value | None = None
    for _ in range(min(count, MOST_PROPERTIES)):
        if kind in _FIXED:
            found: _Value = int.from_bytes(data[at : at + min(8, _FIXED[kind])], "little")
            at += _FIXED[kind]
        else:
            (length,) = struct.unpack_from("<I", data, at)
            found = data[at + 4 : at + 4 + length]
            at += 4 + _padded(length)
            if kind == 0x1F:
                found = found.decode("utf-16-le", "replace").rstrip("\x00").encode("utf-8", "replace")
        value = found if value is None else value
        if at > len(data):
            break
    return value, at


def _padded(length: int) -> int:
    return length + -length % 4


def _bytes(properties: dict[int, _Value], number: int) -> bytes:
    value = properties.get(number, b"")
    return value if isinstance(value, bytes) else b""


def _string(properties: dict[int, _Value], number: int, codepage: str) -> str:
    return charsets.decode(_bytes(properties, number).rstrip(b"\x00"), codepage)


def _html(mail: dict[int, _Value], codepage: str) -> str:
    number = mail.get(_CHARSET)
    named = "utf-8" if number == 65001 else charsets.known(f"cp{number}") if isinstance(number, int) else ""
    return charsets.decode(_bytes(mail, _HTML).rstrip(b"\x00"), named or codepage)


def _meeting(mail: dict[int, _Value], message_class: bytes, title: str, codepage: str) -> Meeting | None:
    start, end = _moment(mail.get(_START)), _moment(mail.get(_END))
    if not start or not re.search(rb"MtgReq|Meeting\.Request", message_class):
        return None
    return Meeting(title, start, end, _string(mail, _WHERE, codepage))


def _moment(value: _Value | None) -> dt.datetime | None:
    if not isinstance(value, int):
        return None
    try:
        return _EPOCH + dt.timedelta(microseconds=value // 10)
    except OverflowError:
        return None


def _files(properties: dict[int, _Value], codepage: str, depth: int) -> list[Packed]:
    content = _bytes(properties, _DATA)
    name = next(filter(None, (_string(properties, each, codepage) for each in (_LONG_NAME, _NAME, _DISPLAY_NAME))), "")
    # An object has its kind in front: a whole mail is a package within this one.
    if content[16:20] == _SIGNATURE:
        if depth < DEEPEST and (inner := _open(content[16:], depth + 1)):
            return [*_as_files(inner, name), *inner.files]
        return [Packed("winmail.dat", content[16:])]
    if not content:
        return []
    content_type = _string(properties, _MIME, "ascii").strip().lower()
    if not re.fullmatch(r"[\w.+-]{1,60}/[\w.+-]{1,80}", content_type):
        content_type = "application/octet-stream"
    content_id = "".join(filter(str.isprintable, _string(properties, _CONTENT_ID, "ascii"))).strip("<> ")[:500]
    return [Packed(name, content, content_type, content_id)]


def _as_files(inner: Opened, name: str) -> list[Packed]:
    """A mail within as a file that everybody can open."""
    stem = (inner.subject or name).replace("/", "-").replace("\\", "-")[:80].strip() or "message"
    if inner.html.strip():
        return [Packed(f"{stem}.html", inner.html.encode("utf-8", "replace"), "text/html")]
    if inner.rtf:
        return [Packed(f"{stem}.rtf", inner.rtf, "text/rtf")]
    return [Packed(f"{stem}.txt", inner.text.encode("utf-8", "replace"), "text/plain")] if inner.text.strip() else []


def decompressed(data: bytes) -> bytes:
    """The rich text out of its compression (LZFu), as far as it can be read and at most LARGEST_RTF of it."""
    if len(data) < 16:
        return b""
    size, kind = int.from_bytes(data[4:8], "little"), data[8:12]
    if kind == b"MELA":
        return data[16 : 16 + min(size, LARGEST_RTF)]
    if kind != b"LZFu":
        return b""
    # In front as much of nothing as makes places in the output those in the dictionary of 4096 bytes.
    out = bytearray(4096) + _DICTIONARY
    begin = len(out)
    limit = begin + min(size, LARGEST_RTF)
    at = 16
    while at < len(data) and len(out) < limit:
        flags = data[at]
        at += 1
        for bit in range(8):
            if at >= len(data):
                break
            if not flags >> bit & 1:
                out.append(data[at])
                at += 1
                continue
            if at + 1 >= len(data):
                return bytes(out[begin:limit])
            reference = data[at] << 8 | data[at + 1]
            at += 2
            distance = (len(out) - (reference >> 4)) % 4096
            if not distance:
                return bytes(out[begin:limit])
            length = (reference & 15) + 2
            piece = out[len(out) - distance : len(out) - distance + length]
            out += (piece * (length // distance + 1))[:length] if distance < length else piece
    return bytes(out[begin:limit])
