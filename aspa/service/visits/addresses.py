"""Web addresses as they are kept: without what could open a door or name a person."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

LONGEST = 500

# What names of parameters say: secrets, people, and where an advertisement found them.
PRIVATE = re.compile(
    r"token|(?:^|_|-)key$|code|auth(?!or)|sess|sid$|pass|pwd|secret|sig$|signature|hash|jwt|otp|state|nonce|ticket|invite|reset"
    r"|mail|phone|tel$|gsm|mobile|name|user|customer|account|login|address|street|birth|ssn|hetu|iban|card"
    r"|^utm_|clid$|^mc_|^_",
    re.IGNORECASE,
)
ADDRESS = re.compile(r"[^\s/@]+@[^\s/@]+\.[^\s/@]+")
# A word nobody would choose: long, with digits among its letters.
RANDOM = re.compile(r"(?=[^/]*\d)(?=[^/]*[A-Za-z])[A-Za-z0-9_\-.~+=]{24,}")
# Words joined by hyphens or dots are a page's name, however long.
WORDY = re.compile(
    r"\.?(?:[A-Za-z]{1,20}|\d{1,10})(?:[-_.](?:[A-Za-z]{1,20}|\d{1,10}|[A-Za-z]+\d{1,6}|\d{1,6}[A-Za-z]+))+"
)
HETU = re.compile(r"\b\d{6}[-+A-FU-Y]\d{3}[0-9A-Y]\b")
DIGITS = re.compile(r"\+?\d[\d \-]{7,}")
GONE = "…"


def cleaned(url: str) -> str:
    """The address without its sign-in, its fragment, private parameters and anything that looks like a secret.

    Raises ValueError for what is no web address.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("That is not a web address.")
    port = f":{parts.port}" if parts.port else ""
    path = "/".join(_segment(segment) for segment in parts.path.split("/"))
    query = [(name, value) for name, value in parse_qsl(parts.query, max_num_fields=50) if not _is_private(name, value)]
    return urlunsplit((parts.scheme, parts.hostname + port, path, urlencode(query), ""))[:LONGEST]


def without_people(text: str) -> str:
    """A title without addresses and numbers of people."""
    return HETU.sub(GONE, ADDRESS.sub(GONE, text))


def _segment(segment: str) -> str:
    plain = unquote(segment)
    return GONE if _names_somebody(plain) else quote(plain, safe="!$&'()*+,;=:@~-._%")


def _is_private(name: str, value: str) -> bool:
    return bool(PRIVATE.search(name)) or _names_somebody(value) or bool(DIGITS.fullmatch(value))


def _names_somebody(value: str) -> bool:
    if ADDRESS.search(value) or HETU.search(value):
        return True
    return bool(RANDOM.fullmatch(value)) and not WORDY.fullmatch(value)
