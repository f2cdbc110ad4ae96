"""Bytes to text, whatever the mail says about its charset: senders leave it out, misname it and lie about it."""

from __future__ import annotations

import codecs
import functools
import re
from collections.abc import Iterable

# Names that mail programs write, for what they mean by them. The wider sets that the WHATWG's table gives
# (https://encoding.spec.whatwg.org/#names-and-labels) are taken, since senders name the narrow one and write the wide.
_MEANT = {
    "ascii": "cp1252",
    "us-ascii": "cp1252",
    "ansi_x3.4-1968": "cp1252",
    "iso646-us": "cp1252",
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "iso_8859-1": "cp1252",
    "iso-8859-1-windows-3.1-latin-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "l1": "cp1252",
    "ansi": "cp1252",
    "windows-ansi": "cp1252",
    "iso-8859-9": "cp1254",
    "iso8859-9": "cp1254",
    "latin5": "cp1254",
    "iso-8859-11": "cp874",
    "tis-620": "cp874",
    "iso-8859-8-i": "iso8859-8",
    "iso-8859-8-e": "iso8859-8",
    "iso-8859-6-i": "iso8859-6",
    "iso-8859-6-e": "iso8859-6",
    "koi8-ru": "koi8-u",
    "gb2312": "gb18030",
    "gb_2312-80": "gb18030",
    "x-gbk": "gb18030",
    "gbk": "gb18030",
    "cp936": "gb18030",
    "euc-cn": "gb18030",
    "hz-gb-2312": "hz",
    "big5": "cp950",
    "x-x-big5": "cp950",
    "cn-big5": "cp950",
    "euc-kr": "cp949",
    "ks_c_5601-1987": "cp949",
    "ks_c_5601": "cp949",
    "ksc5601": "cp949",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "x-euc-jp": "euc-jp",
    "iso-2022-jp": "iso2022_jp_ext",
    "iso-2022-jp-1": "iso2022_jp_ext",
    "iso-2022-jp-ms": "iso2022_jp_ext",
    "unicode-1-1-utf-7": "utf-7",
    "unicode-1-1-utf-8": "utf-8",
    "x-utf-8": "utf-8",
    "utf8mb4": "utf-8",
    "unicode": "utf-16",
    "macintosh": "mac-roman",
    "x-mac-roman": "mac-roman",
    "x-mac-cyrillic": "mac-cyrillic",
}
# Python's codecs that are no charsets, or are slow on purpose-made input.
_NOT_CHARSETS = {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"}
# Their ASCII bytes don't always mean ASCII letters.
_SHIFTING = {"utf-7", "hz", "iso2022_jp_ext", "iso2022_jp_2", "iso2022_jp_2004", "iso2022_jp_3", "iso2022_kr"}
_MULTIBYTE = {"gb18030", "cp950", "cp949", "cp932", "euc_jp", "euc_jis_2004", "johab", "big5hkscs"} | _SHIFTING

_BOMS = [
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
]
_JAPANESE = re.compile(rb"\x1b\$[@B]|\x1b\(J")
_SURROGATES = re.compile("[\ud800-\udfff]")


def decode(data: bytes, declared: str = "", *, others: Iterable[str] = ()) -> str:
    """The text of the bytes. Never raises, and has no surrogates.

    `others`: charsets to try when the declared one is missing, unknown or impossible, for example an HTML page's own.
    """
    if not data:
        return ""
    charset = known(declared)
    if data.isascii() and charset not in _SHIFTING and not _JAPANESE.search(data) and b"\x00" not in data:
        return data.decode("ascii")
    for mark, marked in _BOMS:
        if data.startswith(mark):
            return _surely(data[len(mark) :], marked)
    names = [charset] if charset and not _says_nothing(declared) else []
    names += [name for name in map(known, others) if name and name not in names]
    if charset in _MULTIBYTE or charset.startswith(("utf-16", "utf-32")):
        # Before UTF-8: two letters of GBK may look like one of UTF-8.
        text = _strictly(data, charset)
        if text is not None:
            return text
    if _JAPANESE.search(data) and (text := _strictly(data, "iso2022_jp_ext")) is not None:
        return text
    # Text that isn't UTF-8 doesn't look like it by chance, so this is surer than what the sender says.
    if (text := _strictly(data, "utf-8")) is not None:
        return text
    for name in names:
        if name == "utf-8":
            if (text := _broken_utf8(data)) is not None:
                return text
        elif name in _MULTIBYTE or name.startswith(("utf-16", "utf-32")):
            return _surely(data, name)
        elif (text := _strictly(data, name)) is not None:
            return text
    if (text := _broken_utf8(data)) is not None:
        return text
    return _surely(data, next((name for name in names if name != "utf-8"), "") or guess(data))


@functools.lru_cache(256)
def known(name: str) -> str:
    """Python's name of the charset that is meant, or empty."""
    name = name.strip(" \t\"'<>").partition(";")[0].partition("//")[0].strip().lower()[:60]
    name = re.sub(r"^charset\s*=\s*", "", name.replace("\x00", "")).strip("\"' ")
    if re.fullmatch(r"cp-\d+", name):
        name = name.replace("-", "")
    name = _MEANT.get(name) or _MEANT.get(name.replace("_", "-")) or name
    try:
        found = codecs.lookup(name)
    except (LookupError, ValueError):
        return ""
    if not found._is_text_encoding or found.name in _NOT_CHARSETS:
        return ""
    return "cp1252" if found.name in {"ascii", "iso8859-1"} else found.name


def guess(data: bytes) -> str:
    """A likely charset for bytes above 127 that nobody named and that aren't UTF-8."""
    sample = data[:20_000]
    high = sum(sample.count(byte) for byte in _HIGH)
    letters = sum(len(run) for run in re.findall(rb"[A-Za-z]+", sample))
    # In our languages most letters are plain ones.
    if high < 8 or high * 2 < letters + high:
        return "cp1252"
    pairs = sum(len(run) // 2 for run in re.findall(rb"(?:[\xa1-\xf7][\xa1-\xfe])+", sample))
    lower_1251 = len(re.findall(rb"[\xe0-\xff]", sample))
    lower_koi8 = len(re.findall(rb"[\xc0-\xdf]", sample))
    words = len(re.findall(rb"(?<![\x80-\xff])(?:[\xc0-\xff]{2})*[\xc0-\xff](?![\x80-\xff])", sample))
    if pairs * 2 > high * 0.9 and not words:
        return "gb18030"
    if lower_koi8 > high * 0.7:
        return "koi8-r"
    if lower_1251 > high * 0.7:
        return "cp1251"
    return "gb18030" if pairs * 2 > high * 0.85 else "cp1252"


_HIGH = [bytes([byte]) for byte in range(0x80, 0x100)]


def _says_nothing(declared: str) -> bool:
    """ "us-ascii" for bytes above 127: a default of some program, not a word about this text."""
    return "ascii" in declared.lower()


def _strictly(data: bytes, name: str) -> str | None:
    try:
        text = data.decode(name)
    except (UnicodeError, ValueError, LookupError):
        return None
    return None if _SURROGATES.search(text) else text


def _surely(data: bytes, name: str) -> str:
    try:
        text = data.decode(name, "replace")
    except (UnicodeError, ValueError, LookupError):
        text = data.decode("cp1252", "replace")
    return _SURROGATES.sub("\ufffd", text)


def _broken_utf8(data: bytes) -> str | None:
    """UTF-8 of which some bytes are broken, or into which text of an older charset was pasted; None when it is neither."""
    cut = _CUT_LETTER.search(data, max(0, len(data) - 3))
    if cut and not data[: cut.start()].isascii() and (text := _strictly(data[: cut.start()], "utf-8")) is not None:
        return text
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    sound = len(text) - broken - sum(map(len, _PLAIN.findall(text)))
    if sound >= broken * 4:
        return text
    # Letters of other alphabets look like UTF-8 here and there by chance.
    if not sound or guess(data) != "cp1252":
        return None
    return _SURROGATES.sub("\ufffd", data.decode("utf-8", "aspa.cp1252"))


_CUT_LETTER = re.compile(rb"[\xc2-\xf4][\x80-\xbf]{0,2}\Z")
_PLAIN = re.compile(r"[\x00-\x7f]+")


def _as_cp1252(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error("aspa.cp1252", _as_cp1252)
