"""Texts without what tells whose matter they were."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import phonenumbers

from aspa.kit.redaction import redact
from aspa.service.privacy import numbers

if TYPE_CHECKING:
    from collections.abc import Iterable

GONE = "[…]"

_MARK = re.compile(r"<(?:email|phone|token|jwt)>|…(?=\s|$)")
# Numbers of orders, customers and parcels; years and prices are shorter.
_LONG_NUMBER = re.compile(r"(?<![\w/.-])#?(?:[A-Za-z]{1,4}[- ]?)?\d(?:[ -]?\d){4,}(?![\w/])")
_ADDRESS = re.compile(r"https?://\S+")


def without_people(text: str, names: Iterable[str]) -> str:
    """The text without what tells whose matter it was: names, addresses, numbers of any kind that are somebody's."""
    text, _count = numbers.without(text, tuple(numbers.Kind))
    for match in reversed(list(phonenumbers.PhoneNumberMatcher(text, "FI"))):
        text = text[: match.start] + GONE + text[match.end :]
    links = _ADDRESS.findall(text)
    # An address of a page stays, its numbers are the page's own.
    for place, link in enumerate(links):
        text = text.replace(link, f"\x01{place}\x02", 1)
    text = _MARK.sub(GONE, redact(text))
    text = _LONG_NUMBER.sub(GONE, text)
    for name in sorted(names, key=len, reverse=True):
        text = re.sub(rf"\b{re.escape(name)}\w{{0,4}}\b", GONE, text)
    for place, link in enumerate(links):
        text = text.replace(f"\x01{place}\x02", redact(link.partition("?")[0]))
    return text.strip()
