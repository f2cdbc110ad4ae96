"""What a text has in it that is better looked at first."""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from aspa.kit.redaction import redact
from aspa.service.privacy import numbers

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# Below this many letters ("thank you very much") people write the same without meaning anything by it.
FEWEST_LETTERS = 24
# Whatever a reader's program, or a reader, would take for an address, also without its beginning. A bare domain counts
# only with an ending that isn't a word of ours, or with a path: in "se hajosi.se oli uusi" somebody forgot a space.
_BARE = r"(?<![\w@.-])(?:[\w-]{1,63}\.){1,6}"
_LINK = re.compile(
    r"(?:https?:|(?<![:\w]))//[^\s<>\"')\]]+|(?<!\w)www\.[^\s<>\"')\]]+"
    rf"|{_BARE}(?:com|net|org|info|biz|ru|cn|xyz|top|fi|eu|shop|link|site|online|club)(?![\w@-])(?:/[^\s<>\"')\]]*)?"
    rf"|{_BARE}[a-z]{{2,12}}/[^\s<>\"')\]]+",
    re.IGNORECASE,
)
# From the first blank of a row alone: from each of them a page of blanks would take seconds.
_DISGUISED = re.compile(
    r"(?<!\s)\s*(?:\[\.\]|\(\.\)|\[dot\]|\(dot\)|\[piste\]|\(piste\)|\s(?:dot|piste)\s)\s*", re.IGNORECASE
)
# The numbers of Finland and Sweden as people there write them, without the country's.
_PHONE = re.compile(r"(?<![\w.,/-])0(?:4\d|50|7\d|[1-9])[ -]?(?:\d[ -]?){5,8}(?![\w/-])")


def links(text: str, own: Iterable[str]) -> int:
    """How many addresses of web pages are in it, but those on the `own` domains and what lies below them."""
    plain = _DISGUISED.sub(".", text)
    domains = tuple(domain.casefold() for domain in own)
    return sum(not _is_on(_host(match.group()), domains) for match in _LINK.finditer(plain))


def is_personal(text: str) -> bool:
    """Whether it has an e-mail address, a telephone number, or a card's, a person's or an account's number."""
    if numbers.find(text, tuple(numbers.Kind)) or _PHONE.search(text):
        return True
    redacted = redact(text)
    return any(redacted.count(sign) > text.count(sign) for sign in ("<email>", "<phone>"))


def has_word(text: str, words: Sequence[str]) -> bool:
    """Whether one of the words begins one of the text's: "huijaus" is in "huijaustako"."""
    return bool(words) and _pattern(tuple(words)).search(text.casefold()) is not None


def fingerprint(text: str) -> str:
    """The same for texts that differ in digits, marks, spaces and capitals alone; "" for a short one."""
    letters = "".join(letter for letter in text.casefold() if letter.isalpha())
    return hashlib.sha256(letters.encode()).hexdigest() if len(letters) >= FEWEST_LETTERS else ""


def _host(address: str) -> str:
    try:
        return (urlsplit(address if "//" in address else f"//{address}").hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def _is_on(host: str, domains: tuple[str, ...]) -> bool:
    return bool(host) and any(host == domain or host.endswith(f".{domain}") for domain in domains)


@lru_cache(maxsize=64)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(re.escape(word.casefold()) for word in words)})")
