"""What is personal is taken out of a question before it goes to anybody else: addresses, numbers, the customer's name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import phonenumbers

from aspa.service.privacy import numbers

if TYPE_CHECKING:
    from collections.abc import Iterable

EMAIL = re.compile(r"[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,6}\w{2,24}")
STREET = re.compile(
    r"\b[A-ZÅÄÖ][\w-]*(?:katu|tie|kuja|polku|raitti|kaari|ranta|tori|gatan|vägen|gränden|street|road|avenue)\s+\d+(?:\s?[A-Za-z](?:\s?\d+)?)?\b"
)
POSTCODE = re.compile(r"\b(?:FI-?)?\d{5}\s+[A-ZÅÄÖ][a-zåäöA-ZÅÄÖ]+\b")
# An order's number, a tracking code: whatever has four digits or more in one piece.
NUMBER = re.compile(r"\b[A-Z]{0,6}[-#]?\d[\d -]{2,}\d\b|\b[A-Z]{2}\d{6,}[A-Z]{0,2}\b", re.IGNORECASE)
MY_NAME = re.compile(
    r"(?i:\b(?:nimeni on|olen|jag heter|mitt namn är|my name is|i am|i'm|terveisin|t\.|mvh|hälsningar|regards,?)\s+)"
    r"((?:[A-ZÅÄÖ][\w'-]+\s?){1,3})"
)
REGIONS = ("FI", "SE")
# What stands instead.
PLACE = re.compile(r"\[[^\[\]]{1,40}\]")


def without_personal(text: str, *, names: Iterable[str] = ()) -> str:
    """The text with each such thing replaced by a word for it."""
    text = numbers.without(text, tuple(numbers.Kind))[0]
    text = EMAIL.sub("[address]", text)
    for region in REGIONS:
        for match in reversed(list(phonenumbers.PhoneNumberMatcher(text, region))):
            text = f"{text[: match.start]}[number]{text[match.end :]}"
    text = POSTCODE.sub("[address]", STREET.sub("[address]", text))
    text = NUMBER.sub("[number]", text)
    text = MY_NAME.sub(lambda found: found[0].replace(found[1], "[name] "), text)
    for name in sorted({part for one in names for part in one.split() if len(part) > 2}, key=len, reverse=True):
        text = re.sub(rf"\b{re.escape(name)}\w{{0,3}}\b", "[name]", text, flags=re.IGNORECASE)
    return text
