"""Rich text (RTF) as text, and the HTML that Outlook hides in it (MS-OXRTFEX)."""

from __future__ import annotations

import copy
import dataclasses
import re

from aspa.channels.email.reading import charsets

LARGEST = 2_000_000  # bytes
DEEPEST = 500  # groups within each other

_TOKEN = re.compile(
    rb"\\(?P<word>[a-zA-Z]{1,32})(?P<number>-?[0-9]{1,9})? ?"
    rb"|\\'(?P<byte>[0-9a-fA-F]{2})"
    rb"|\\(?P<sign>[^a-zA-Z\r\n])"
    rb"|(?P<brace>[{}])"
    rb"|(?P<text>[^\\{}\r\n]+)"
    rb"|\\\r?\n(?P<line>)"
)
_SKIPPED = {
    b"fonttbl", b"colortbl", b"stylesheet", b"info", b"pict", b"object", b"header", b"footer", b"headerl", b"headerr",
    b"footerl", b"footerr", b"listtable", b"listoverridetable", b"rsidtbl", b"generator", b"themedata", b"datastore",
    b"pntext", b"fldinst", b"xmlnstbl", b"latentstyles", b"mhtmltag", b"nonshppict", b"bkmkstart", b"bkmkend",
}  # fmt: skip
_WRITTEN = {
    b"par": "\n", b"line": "\n", b"row": "\n", b"sect": "\n", b"page": "\n", b"tab": "\t", b"cell": "\t", b"nestcell": "\t",
    b"emdash": "—", b"endash": "–", b"lquote": "‘", b"rquote": "’", b"ldblquote": "“", b"rdblquote": "”", b"bullet": "•",
    b"emspace": " ", b"enspace": " ",
}  # fmt: skip
_SIGNS = {b"~": "\u00a0", b"_": "-", b"{": "{", b"}": "}", b"\\": "\\"}
# Of the fonts' character sets those that aren't the document's own.
_FONT_CHARSETS = {
    128: "cp932", 129: "cp949", 134: "gb18030", 136: "cp950", 161: "cp1253", 162: "cp1254", 163: "cp1258", 177: "cp1255",
    178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250",
}  # fmt: skip


@dataclasses.dataclass(slots=True)
class _State:
    """What holds within a group, handed on to the groups in it."""

    skipped: bool = False
    hidden: bool = False  # \htmlrtf: what only readers of RTF are to see
    in_fonts: bool = False
    charset: str = ""
    unicode_skip: int = 1


def read(data: bytes) -> tuple[str, str]:
    """(text, HTML): one of them, the other is empty."""
    data = data[:LARGEST]
    is_html = b"\\fromhtml" in data[:2000]
    said = _Reading(data, is_html).said()
    return ("", said) if is_html else (said.strip(), "")


class _Reading:
    def __init__(self, data: bytes, is_html: bool) -> None:
        self._data = data
        self._is_html = is_html
        self._out: list[str] = []
        self._bytes = bytearray()
        self._charset = "cp1252"
        self._fonts: dict[int, str] = {}
        self._font = -1
        self._state = _State()
        self._around: list[_State] = []
        self._to_skip = 0  # what stands for a letter of Unicode in programs that don't know it

    def said(self) -> str:
        position = 0
        while match := _TOKEN.search(self._data, position):
            position = match.end()
            kind = match.lastgroup or ""
            if kind in ("word", "number"):
                if match["word"] == b"bin":
                    position += max(0, int(match["number"] or 0))
                else:
                    self._word(match["word"], match["number"])
            elif kind == "brace":
                self._brace(match["brace"])
            elif kind == "byte":
                self._take(bytes.fromhex(match["byte"].decode()))
            elif kind == "text":
                self._take(match["text"])
            elif kind == "line":
                self._write("\n")
            else:
                self._sign(match["sign"], position)
        self._flush()
        text = "".join(self._out)
        # \u55357\u56832: what is beyond the first plane comes in halves.
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")

    def _brace(self, brace: bytes) -> None:
        self._flush()
        self._to_skip = 0
        if brace == b"{":
            if len(self._around) < DEEPEST:
                self._around.append(self._state)
                self._state = copy.copy(self._state)
        elif self._around:
            self._state = self._around.pop()

    def _sign(self, sign: bytes, position: int) -> None:
        if sign == b"*":
            # A group for those who know it; of these only the HTML's is known here.
            self._state.skipped = self._state.skipped or not self._data.startswith(b"\\htmltag", position)
        elif sign in _SIGNS:
            self._write(_SIGNS[sign])

    def _word(self, word: bytes, digits: bytes | None) -> None:
        number = int(digits) if digits else None
        state = self._state
        if word in _SKIPPED:
            state.in_fonts = word == b"fonttbl"
            state.skipped = True
        elif word == b"htmltag":
            state.skipped = False
        elif word == b"htmlrtf":
            self._flush()
            state.hidden = number != 0
        elif word == b"ansicpg" and number:
            self._charset = _codepage(number)
        elif word in (b"mac", b"pc", b"pca"):
            self._charset = {b"mac": "mac-roman", b"pc": "cp437", b"pca": "cp850"}[word]
        elif word == b"f" and number is not None:
            self._flush()
            self._font = number
            state.charset = self._fonts.get(number, "")
        elif word == b"fcharset" and state.in_fonts and number in _FONT_CHARSETS and len(self._fonts) < 1000:
            self._fonts[self._font] = _FONT_CHARSETS[number]
        elif word == b"plain":
            self._flush()
            state.charset = ""
        elif word == b"uc" and number is not None:
            state.unicode_skip = min(max(number, 0), 100)
        elif word == b"u" and number is not None:
            self._to_skip = 0
            self._write(chr(number % 65536))
            self._to_skip = state.unicode_skip
        elif word in _WRITTEN:
            self._write(_WRITTEN[word])

    def _take(self, data: bytes) -> None:
        if self._to_skip:
            data, self._to_skip = data[self._to_skip :], max(0, self._to_skip - len(data))
        state = self._state
        if not state.skipped and not (state.hidden and self._is_html):
            self._bytes += data

    def _write(self, text: str) -> None:
        self._flush()
        self._to_skip = 0
        state = self._state
        if not state.skipped and not (state.hidden and self._is_html):
            self._out.append(text)

    def _flush(self) -> None:
        if self._bytes:
            self._out.append(self._bytes.decode(self._state.charset or self._charset, "replace"))
            self._bytes.clear()


def _codepage(number: int) -> str:
    return "utf-8" if number == 65001 else charsets.known(f"cp{number}") or "cp1252"
