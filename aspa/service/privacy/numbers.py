"""Numbers that nobody should have written into a message: payment cards, identity codes, bank accounts.

What only looks like one stays: each is validated by its own check digits.
"""

from __future__ import annotations

import enum
import re
from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from stdnum import iban, luhn
from stdnum.exceptions import ValidationError
from stdnum.fi import hetu
from stdnum.se import personnummer

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator


class Kind(enum.StrEnum):
    CARD = "card"
    IDENTITY = "identity"
    ACCOUNT = "account"


class Found(NamedTuple):
    kind: Kind
    start: int
    end: int


# What stands in the number's place.
INSTEAD = {
    Kind.CARD: gettext_noop("[card number removed]"),
    Kind.IDENTITY: gettext_noop("[identity code removed]"),
    Kind.ACCOUNT: gettext_noop("[account number removed]"),
}

# ISO/IEC 7812: at most 19 digits, written in groups. The first digits say who issued it; others are no payment cards.
_CARD = re.compile(r"(?<![\w.,-])(?=[2-6])\d(?:[ \u00a0-]?\d){11,18}(?![\w-]|[.,]\d)")
_CARD_LENGTHS = {
    "2": {16}, "4": {13, 16, 19}, "5": {16}, "6": {16, 17, 18, 19},
    "30": {14}, "34": {15}, "35": {16}, "36": {14}, "37": {15}, "38": {14},
}  # fmt: skip
_HETU = re.compile(r"(?<![\w-])\d{6}[-+A-FU-Ya-fu-y]\d{3}[0-9A-Za-z](?![\w-])")
_PERSONNUMMER = re.compile(r"(?<![\w-])(?:\d{2})?\d{6}[-+]\d{4}(?![\w-])")
_IBAN = re.compile(r"(?<!\w)[A-Za-z]{2}\d{2}(?:[ \u00a0]?[A-Za-z0-9]{4}){2,7}(?:[ \u00a0]?[A-Za-z0-9]{1,3})?(?!\w)")


def find(text: str, kinds: Collection[Kind]) -> list[Found]:
    """In their order; what two kinds would claim goes to the one that begins first."""
    found = sorted((one for kind in kinds for one in _FINDERS[kind](text)), key=lambda one: (one.start, -one.end))
    apart: list[Found] = []
    for one in found:
        if not apart or one.start >= apart[-1].end:
            apart.append(one)
    return apart


def without(text: str, kinds: Collection[Kind]) -> tuple[str, int]:
    """The text with words of the active language in place of the numbers, and how many they were."""
    found = find(text, kinds)
    for one in reversed(found):
        text = text[: one.start] + _(INSTEAD[one.kind]) + text[one.end :]
    return text, len(found)


def _cards(text: str) -> Iterator[Found]:
    for match in _CARD.finditer(text):
        digits = re.sub(r"\D", "", match.group())
        if _is_card(digits):
            yield Found(Kind.CARD, *match.span())


def _is_card(digits: str) -> bool:
    lengths = _CARD_LENGTHS.get(digits[:2]) or _CARD_LENGTHS.get(digits[:1], set())
    return len(digits) in lengths and len(set(digits)) > 1 and luhn.is_valid(digits)


def _identities(text: str) -> Iterator[Found]:
    for match in _HETU.finditer(text):
        if _holds(hetu.validate, match.group(), allow_temporary=True):
            yield Found(Kind.IDENTITY, *match.span())
    for match in _PERSONNUMMER.finditer(text):
        if _holds(personnummer.validate, match.group()):
            yield Found(Kind.IDENTITY, *match.span())


def _accounts(text: str) -> Iterator[Found]:
    for match in _IBAN.finditer(text):
        end = match.end()
        # The last group may be the next word: "FI21 1234 5600 0007 85 on tilini".
        while end > match.start() + 15:
            if _holds(iban.validate, text[match.start() : end]):
                yield Found(Kind.ACCOUNT, match.start(), end)
                break
            end = max(text.rfind(" ", match.start(), end), text.rfind("\u00a0", match.start(), end))


def _holds(validate: object, number: str, **more: object) -> bool:
    try:
        validate(number, **more)  # type: ignore[operator]
    except ValidationError:
        return False
    return True


_FINDERS = {Kind.CARD: _cards, Kind.IDENTITY: _identities, Kind.ACCOUNT: _accounts}
