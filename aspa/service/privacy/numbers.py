"""Numbers that nobody should have written into a message: payment cards, identity codes, bank accounts.

What only looks like one stays: each is validated by its own check digits.
"""

from __future__ import annotations

import datetime as dt
import enum
import re
from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from stdnum import iban, luhn
from stdnum.exceptions import ValidationError
from stdnum.fi import hetu

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

# Between the groups of a number: blanks of all widths, one line's end, dashes, what can't be seen (U+00AD, U+200B).
_BETWEEN = r"(?:[^\S\n]|[-.\u00ad\u200b\u2010-\u2013]){0,3}"
# Guards around a number say [^\W_] for a letter or digit: names of files have underscores between words.
_GAP = rf"{_BETWEEN}\n?{_BETWEEN}"
_DASH = r"[^\S\n]?[-+\u2010-\u2013][^\S\n]?"
_DIGITS = re.compile(rf"(?<![^\W_]|[.,-])\d+(?:{_GAP}\d+)*")
_GROUP = re.compile(r"\d+")
# ISO/IEC 7812: the first digits say who issued a card, and so how long its number is; others are no payment cards. Those that
# are no longer issued (Visa's of 13 digits) are left out: they would be articles' numbers (EAN) more often.
_CARD_LENGTHS = {
    "2": {16}, "4": {16, 19}, "5": {16}, "60": {16, 18, 19}, "62": {16, 17, 18, 19}, "63": {16, 18, 19}, "64": {16},
    "65": {16}, "67": {16, 18, 19}, "30": {14}, "34": {15}, "35": {16}, "36": {14}, "37": {15}, "38": {14},
}  # fmt: skip
SHORTEST_CARD, LONGEST_CARD = 14, 19
# How the number is cut into groups, the last left out: not by fives, as invoices' reference numbers are.
_CUT = {1, 2, 4, 6, 8, 12}
_HETU = re.compile(rf"(?<![^\W_]|-)\d{{6}}(?:{_DASH}|[A-FU-Ya-fu-y])\d{{3}}[0-9A-Za-z](?![^\W_]|-)")
_PERSONNUMMER = re.compile(rf"(?<![^\W_]|-)(?:(?:\d{{2}})?\d{{6}}{_DASH}|\d{{8}} ?)\d{{4}}(?![^\W_]|-)")
# Without a dash only of who was born by then: numbers of orders begin with the day, too, but with a later one.
_BORN_BY = "2010"
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
    """What stands before or after it in digits, an order's number or the card's last month, isn't part of it."""
    for match in _DIGITS.finditer(text):
        groups = [(match.start() + one.start(), match.start() + one.end()) for one in _GROUP.finditer(match.group())]
        first = 0
        while first < len(groups):
            last = next((last for last in _lasts(groups, first) if _is_one(text, groups, first, last)), None)
            if last is None:
                first += 1
            else:
                yield Found(Kind.CARD, groups[first][0], groups[last][1])
                first = last + 1


def _lasts(groups: list[tuple[int, int]], first: int) -> list[int]:
    """Where a card's number that begins with the group `first` may end, the longest first. Looking further than its digits
    reach would take hours for a page of numbers."""
    digits, fit = 0, []
    for place in range(first, len(groups)):
        start, end = groups[place]
        digits += end - start
        if digits > LONGEST_CARD:
            break
        if digits >= SHORTEST_CARD:
            fit.append(place)
    return fit[::-1]


def _is_one(text: str, groups: list[tuple[int, int]], first: int, last: int) -> bool:
    chosen = [text[start:end] for start, end in groups[first : last + 1]]
    digits = "".join(chosen)
    if not _is_card(digits):
        return False
    start, end = groups[first][0], groups[last][1]
    if re.match(r"[^\W_]|[.,]\d|-\w", text[end : end + 2]) or text[start:end].count("\n") > 1:
        return False
    return len({len(one) for one in chosen[:-1]} - _CUT) == 0 and (len(chosen) < 5 or len(chosen[0]) < 5)


def _is_card(digits: str) -> bool:
    lengths = _CARD_LENGTHS.get(digits[:2]) or _CARD_LENGTHS.get(digits[:1], set())
    return len(digits) in lengths and len(set(digits)) > 1 and luhn.is_valid(digits)


def _identities(text: str) -> Iterator[Found]:
    for match in _HETU.finditer(text):
        if _holds(hetu.validate, _with_plain_dash(match.group()), allow_temporary=True):
            yield Found(Kind.IDENTITY, *match.span())
    for match in _PERSONNUMMER.finditer(text):
        if _is_personnummer(_with_plain_dash(match.group())):
            yield Found(Kind.IDENTITY, *match.span())


def _with_plain_dash(number: str) -> str:
    return re.sub(r"[\u2010-\u2013]", "-", re.sub(r"\s", "", number))


def _is_personnummer(number: str) -> bool:
    """Of a coordination number (samordningsnummer) the day is 60 more."""
    if "-" not in number and "+" not in number and number[:4] > _BORN_BY:
        return False
    digits = re.sub(r"\D", "", number)
    if not luhn.is_valid(digits[-10:]):
        return False
    day = int(digits[-6:-4])
    try:
        # Of ten digits the century isn't known; every fourth year is a leap year in any.
        dt.date(2000 + int(digits[-10:-8]), int(digits[-8:-6]), day - 60 if day > 60 else day)
    except ValueError:
        return False
    return len(digits) == 10 or digits[:2] in ("18", "19", "20")


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
