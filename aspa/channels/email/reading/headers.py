"""The header of a mail or of one of its parts: fields, encoded words, parameters, ids and dates.

By RFC 5322, 2047, 2231 and 6532, and by what real senders make of them.
"""

from __future__ import annotations

import binascii
import datetime as dt
import email.utils
import itertools
import re
from collections.abc import Iterator
from urllib.parse import unquote_to_bytes

from aspa.channels.email.reading import charsets
from aspa.kit import clock

# A header as large as a mail is an attack; what is beyond is left out, except the fields that carry the mail.
LARGEST_BLOCK = 512 * 1024  # bytes
LONGEST_VALUE = 100_000  # bytes
MOST_FIELDS = 2000
MOST_IDS = 200

Fields = list[tuple[str, bytes]]

_BLANK_LINE = re.compile(rb"\n\r?\r?\n")
_FIELD = re.compile(rb"([!-9;-~]{1,200})[ \t]*:")
_CARRYING = (
    rb"from|sender|reply-to|to|cc|subject|date|message-id|in-reply-to|references|return-path|delivered-to|mime-version"
    rb"|content-type|content-transfer-encoding|content-disposition|content-id|content-location|auto-submitted|received"
)
_CARRYING_FIELD = re.compile(rb"^(?:" + _CARRYING + rb")[ \t]*:", re.IGNORECASE)
_CARRYING_FIELDS = re.compile(
    rb"^(" + _CARRYING + rb")[ \t]*:[ \t]*([^\n]{0,20000}(?:\n[ \t][^\n]{0,20000}){0,200})",
    re.IGNORECASE | re.MULTILINE,
)

_WORD = re.compile(r"=\?([^?\s]{1,80}?)(?:\*[^?\s]{0,40})?\?([bBqQ])\?(.*?)\?=", re.DOTALL)
# From the first blank of a row alone: from each of them it would take a minute for a row of a hundred thousand.
_FOLD = re.compile(r"(?<![ \t])[ \t]*[\r\n][\r\n \t]*")
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff]")
_QUOTED_BYTE = re.compile(rb"=([0-9A-Fa-f]{2})")
_NOT_BASE64 = re.compile(r"[^A-Za-z0-9+/]")

_PARAMETER = re.compile(r";\s*([^\s=;\"]{1,200})\s*=\s*(\"(?:[^\"\\]|\\.|\\\Z)*+(?:\"|\Z)|[^;]*)", re.DOTALL)
_ID = re.compile(r"<\s*([^<>\s]{1,990})\s*>")


def read(raw: bytes, start: int, end: int) -> tuple[Fields, int]:
    """The fields of the header that begins at `start`, names lower-cased, values still folded; and where the body begins.

    A body without a header is taken as one: then there are no fields.
    """
    if raw.startswith((b"\n", b"\r\n"), start, end):
        return [], raw.index(b"\n", start) + 1
    blank = _BLANK_LINE.search(raw, start, end)
    block_end, body = (blank.start() + 1, blank.end()) if blank else (end, end)
    cut = min(block_end, start + LARGEST_BLOCK)
    names: list[str] = []
    values: list[list[bytes]] = []
    lines = raw[start:cut].split(b"\n")
    last_sure: int | None = None
    position = start
    for number, line in enumerate(lines):
        if values and line[:1] in b" \t\r":
            values[-1].append(line)
        elif match := _FIELD.match(line):
            names.append(match[1].decode("ascii").lower())
            values.append([line[match.end() :]])
        elif line.strip() and (values or not line.startswith((b"From ", b">From "))):
            if last_sure is None:
                last_sure = max((n for n, each in enumerate(lines) if _CARRYING_FIELD.match(each)), default=-1)
            if number > last_sure:
                # Somebody forgot the empty line: here the body begins.
                return _joined(names, values), position
            if values:
                # A folded line that lost its indentation.
                values[-1].append(b" " + line)
        position += len(line) + 1
    found = _joined(names, values)
    if cut < block_end:
        for match in _CARRYING_FIELDS.finditer(raw, cut, block_end):
            found.append((match[1].decode("ascii").lower(), match[2][:LONGEST_VALUE]))
            if len(found) > MOST_FIELDS + 200:
                break
    return found, body


def _joined(names: list[str], values: list[list[bytes]]) -> Fields:
    pairs = zip(names[:MOST_FIELDS], values, strict=False)
    return [(name, b"\n".join(lines)[:LONGEST_VALUE].strip(b" \t\r\n")) for name, lines in pairs]


def text(value: bytes, charset: str = "") -> str:
    """The value unfolded and decoded, without controls. `charset`: the mail's own, for bytes that nobody declared."""
    return decoded(unfolded(value, charset))


def unfolded(value: bytes, charset: str = "") -> str:
    """The value in one line, its encoded words as they stand."""
    said = value.decode("ascii") if value.isascii() and b"\x1b" not in value else charsets.decode(value, charset)
    if "\n" in said or "\r" in said:
        said = _FOLD.sub(" ", said)
    return _CONTROLS.sub("", said).strip() if not said.isprintable() else said


def decoded(said: str) -> str:
    """With its encoded words (RFC 2047) decoded; also where they are broken, too long or stand where they may not."""
    last = said.rfind("?=")
    if last < 0 or "=?" not in said:
        return said
    pieces: list[str] = []
    waiting: list[tuple[str, str, str]] = []
    position = 0
    # Only as far as the last end of a word: beyond it a search could but fail, at every beginning anew.
    for match in _WORD.finditer(said, 0, last + 2):
        between = said[position : match.start()]
        if between.strip() or not waiting:
            pieces += [*_said_in(waiting), between]
            waiting = []
        waiting.append((match[1].lower(), match[2].lower(), match[3]))
        position = match.end()
    pieces += [*_said_in(waiting), said[position:]]
    return " ".join(_CONTROLS.sub("", "".join(pieces).replace("\n", " ").replace("\r", " ")).split(" "))


def _said_in(words: list[tuple[str, str, str]]) -> Iterator[str]:
    """Words (charset, encoding, text) that follow each other. Those of one charset together, since many senders cut
    them in the middle of a letter, or of what base64 makes of one."""
    for charset, alike in itertools.groupby(words, lambda word: word[0]):
        data = b""
        letters = ""
        for _charset, encoding, said in alike:
            if encoding == "b":
                letters += _NOT_BASE64.sub("", said)
                if len(letters) % 4 and not said.rstrip().endswith("="):
                    continue
            data += _unbased(letters)
            letters = ""
            if encoding == "q":
                data += _QUOTED_BYTE.sub(_byte, said.replace("_", " ").encode("utf-8", "replace"))
        yield charsets.decode(data + _unbased(letters), charset)


def _unbased(letters: str) -> bytes:
    if len(letters) % 4 == 1:
        letters = letters[:-1]
    return binascii.a2b_base64(letters + "=" * (-len(letters) % 4))


def _byte(match: re.Match[bytes]) -> bytes:
    return bytes.fromhex(match[1].decode())


def parameters(said: str) -> tuple[str, dict[str, str]]:
    """`text/plain; charset=utf-8` as ("text/plain", {"charset": "utf-8"}); RFC 2231's pieces put together."""
    value, _, rest = said.partition(";")
    plain: dict[str, str] = {}
    extended: dict[str, dict[int, tuple[str, bool]]] = {}
    for match in _PARAMETER.finditer(";" + rest):
        name, content = match[1].lower(), _unquoted(match[2])
        base, star, number = name.partition("*")
        if not star:
            plain.setdefault(name, decoded(content))
            continue
        is_encoded = name.endswith("*")
        number = number.rstrip("*")
        if number and not (number.isascii() and number.isdigit() and len(number) < 5):
            continue
        extended.setdefault(base, {}).setdefault(int(number or 0), (content, is_encoded))
        if len(extended) + len(plain) > 100:
            break
    return value.strip().lower(), plain | {name: _together(pieces) for name, pieces in extended.items()}


def _unquoted(content: str) -> str:
    content = content.strip()
    if content.startswith('"'):
        # Only these two: some programs write a Windows path with its own backslashes.
        return content[1:].removesuffix('"').replace('\\"', '"').replace("\\\\", "\\")
    return content


def _together(pieces: dict[int, tuple[str, bool]]) -> str:
    """charset'language'percent-encoded, in pieces of which each says whether it is encoded."""
    charset = ""
    joined = b""
    for place, number in enumerate(sorted(pieces)):
        content, is_encoded = pieces[number]
        if is_encoded and place == 0 and content.count("'") >= 2:
            charset, _, content = content.split("'", 2)
        data = content.encode("utf-8", "replace")
        joined += unquote_to_bytes(data) if is_encoded else data
    # Some encode the words of RFC 2047 within these.
    return decoded(_CONTROLS.sub("", charsets.decode(joined, charset)))


def ids(said: str) -> tuple[str, ...]:
    """The message ids in a value, without brackets, each once, in order; of very many the first and the last."""
    found = _ID.findall(said) or [word.strip("<>,;\"'") for word in said.split() if "@" in word and len(word) < 990]
    found = list(dict.fromkeys(each for each in found if each))
    return tuple(found if len(found) <= MOST_IDS else found[:1] + found[1 - MOST_IDS :])


def moment(said: str) -> dt.datetime | None:
    """The date of a header, aware; None when it can't be understood or can't be true."""
    said = said[:200]
    try:
        when = email.utils.parsedate_to_datetime(said)
    except (ValueError, TypeError, IndexError, OverflowError, AttributeError):
        try:
            when = dt.datetime.fromisoformat(said.strip().replace("Z", "+00:00"))
        except ValueError:
            return None
    try:
        when = when.replace(tzinfo=when.tzinfo or dt.UTC)
        is_absurd = when.year < 1980 or when > clock.now() + dt.timedelta(days=2)
        when.utcoffset()
    except (ValueError, OverflowError):
        return None
    return None if is_absurd else when
