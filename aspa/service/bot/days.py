"""Which days a customer speaks of, in Finnish, Swedish and English at once: "lauantaina", "i morgon", "on Christmas Eve".

Days of the past are nobody's question: each is the next one, or the one that it is today.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from typing import TYPE_CHECKING

from dateutil.easter import easter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    # What was found, and today.
    Meant = Callable[[re.Match[str], dt.date], Iterable[dt.date]]

DAY = dt.timedelta(days=1)
# So many are told one by one.
MOST = 7
MONTHS = (
    "tammi|januar|january", "helmi|februar|february", "maalis|mars|march", "huhti|april", "touko|maj|may",
    "kesä|juni|june", "heinä|juli|july", "elo|august|augusti", "syys|september", "loka|oktober|october",
    "marras|november", "joulu|december",
)  # fmt: skip
WEEKDAYS = (
    r"maanantai|måndag|monday", r"tiistai|tisdag|tuesday", r"keskiviik|onsdag|wednesday", r"torstai|torsdag|thursday",
    r"perjantai|fredag|friday", r"lauantai|launtai|lauvantai|lördag|saturday", r"sunnuntai|suntai|söndag|sunday",
)  # fmt: skip
# Without those that are another word in one of the languages.
SHORT = ("ma|mån|mon", "ti|tis|tue", "ke|ons|wed", "tor|tors|thu", "pe|fre|fri", "la|lör|sat", "sön")


@dataclasses.dataclass(frozen=True, slots=True)
class Days:
    """`dates` in order; none where no single days are meant. `is_usual`: "on Saturdays", "on weekdays". `is_now`: "now".

    `left`: the text without the words that say it.
    """

    dates: tuple[dt.date, ...]
    is_usual: bool
    is_now: bool
    left: str

    @property
    def are_named(self) -> bool:
        return bool(self.dates) or self.is_usual or self.is_now


def read(text: str, today: dt.date) -> Days:
    """The days that the text names, counted from `today`."""
    left = " ".join(text.casefold().replace("’", "'").split())
    is_usual = _USUAL.search(left) is not None
    left = _USUAL.sub(" ", left)
    dates: set[dt.date] = set()
    for pattern, meant in _NAMED:
        for found in pattern.finditer(left):
            dates.update(meant(found, today))
        left = pattern.sub(" ", left)
    is_now = _NOW.search(left) is not None
    return Days(tuple(sorted(dates))[:MOST], is_usual, is_now and not dates, _NOW.sub(" ", left))


_USUAL = re.compile(
    rf"\b(?:(?:{'|'.join(WEEKDAYS)})(?:\w{{0,3}}sin|ar|arna|s)\b|viikonloppui(?:sin|na)\b|arki(?:sin|na|päivi\w+)\b|arkena\b"
    r"|(?:på )?(?:var|helg)(?:dagar|dagarna|er|erna)\b|(?:on |at )?(?:the )?week(?:days|ends)\b|normaali(?:sti|t)\b|yleensä\b"
    r"|vanligtvis\b|normalt\b|usual(?:ly)?\b|normally\b)"
)
_NOW = re.compile(
    r"\b(?:nyt|just nu|nu|right now|now|currently|at the moment|vielä(?:kö|ks)?|fortfarande|ännu|still)\b"
)


def _of(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{pattern})(?!\w)")


def _in(*days: int) -> Meant:
    """So many days from today."""
    return lambda _found, today: [today + number * DAY for number in days]


def _feast(days: Callable[[int], Iterable[dt.date]]) -> Meant:
    """A feast's days of the year in which it comes next."""

    def meant(_found: re.Match[str], today: dt.date) -> Iterable[dt.date]:
        this = list(days(today.year))
        return this if max(this) >= today else days(today.year + 1)

    return meant


def _fixed(month: int, *days: int) -> Meant:
    return _feast(lambda year: [dt.date(year, month, day) for day in days])


def _from_easter(*days: int) -> Meant:
    return _feast(lambda year: [easter(year) + number * DAY for number in days])


def _saturday_from(month: int, day: int, *before: int) -> Meant:
    """The first Saturday from that day on, and so many days before it."""

    def saturday(year: int) -> dt.date:
        first = dt.date(year, month, day)
        return first + (5 - first.weekday()) % 7 * DAY

    return _feast(lambda year: [saturday(year) - number * DAY for number in before or (0,)])


def _weekday(number: int) -> Meant:
    """The coming one; "next Saturday" may be either of the coming two."""

    def meant(found: re.Match[str], today: dt.date) -> Iterable[dt.date]:
        coming = today + (number - today.weekday()) % 7 * DAY
        is_next = found.groupdict().get("next") and coming - today < (7 - today.weekday()) * DAY
        return [coming, coming + 7 * DAY] if is_next else [coming]

    return meant


def _week(weeks: int) -> Meant:
    def meant(_found: re.Match[str], today: dt.date) -> Iterable[dt.date]:
        monday = today + (7 * weeks - today.weekday()) * DAY
        return [day for day in (monday + number * DAY for number in range(7)) if day >= today]

    return meant


def _weekend(_found: re.Match[str], today: dt.date) -> Iterable[dt.date]:
    saturday = today + (5 - today.weekday()) % 7 * DAY
    return [today] if today.weekday() == 6 else [saturday, saturday + DAY]


def _dated(found: re.Match[str], today: dt.date) -> Iterable[dt.date]:
    """ "24.12.", "24.12.2026"; what is no date, as "10.30", is nothing."""
    return _date(int(found["day"]), int(found["month"]), found["year"], today)


def _spelt(month: int) -> Meant:
    return lambda found, today: _date(int(found["day"] or found["day2"]), month, None, today)


def _date(day: int, month: int, year: str | None, today: dt.date) -> Iterable[dt.date]:
    try:
        if year:
            return [dt.date(int(year) % 100 + 2000, month, day)]
        found = dt.date(today.year, month, day)
        return [found if found >= today else found.replace(year=found.year + 1)]
    except ValueError:
        return []


# From the most particular to the least: what one has read, the next ones don't see.
_NAMED: tuple[tuple[re.Pattern[str], Meant], ...] = (
    (re.compile(r"(?<![\d.,:])(?P<day>\d{1,2})[./](?P<month>\d{1,2})(?:\.(?P<year>(?:20)?\d\d))?(?![\d:])\.?"), _dated),
    *(
        (
            re.compile(
                rf"\b(?P<day>\d{{1,2}})(?:\.|st|nd|rd|th|:e)?\s?(?:päivä\w*\s|of\s)?(?:{names})(?:kuu\w*|i|y)?(?!\w)"
                rf"|\b(?:{names})(?:kuun)?\s(?:the\s)?(?P<day2>\d{{1,2}})(?:\.|st|nd|rd|th)?(?![\d:])"
            ),
            _spelt(number),
        )
        for number, names in enumerate(MONTHS, 1)
    ),
    (_of(r"joulu ?aatto\w*|julafton\w*|(?:christmas|xmas) eve"), _fixed(12, 24)),
    (_of(r"joulupäiv\w*|juldag\w*|christmas day|xmas day"), _fixed(12, 25)),
    (_of(r"tapanin\w*|annandag jul\w*|boxing day"), _fixed(12, 26)),
    (_of(r"uuden ?vuoden ?aatto\w*|nyårsafton\w*|new year'?s eve"), _fixed(12, 31)),
    (_of(r"uuden ?vuoden ?päiv\w*|nyårsdag\w*|new year'?s day"), _fixed(1, 1)),
    (
        _of(r"uu(?:si|tena|den) ?vuo(?:si|tena|den\w*)|nyår\w*|new year\w*(?:'s)?"),
        _feast(lambda year: [dt.date(year, 12, 31), dt.date(year + 1, 1, 1)]),
    ),
    (_of(r"loppiai\w*|trettondag\w*|epiphany"), _fixed(1, 6)),
    (_of(r"pitkä(?:nä)?perjantai\w*|långfredag\w*|good friday"), _from_easter(-2)),
    (_of(r"(?:toi(?:nen|sena)|2\.?) pääsiäispäiv\w*|annandag påsk\w*|easter monday"), _from_easter(1)),
    (_of(r"pääsiäis(?:päiv|sunnunt)\w*|påskdag\w*|easter sunday"), _from_easter(0)),
    (_of(r"pääsiäi\w*|påsk\w*|easter"), _from_easter(-2, -1, 0, 1)),
    (_of(r"vap(?:un|pu) ?aatto\w*|valborg\w*"), _fixed(4, 30)),
    (_of(r"vap(?:pu|un)\w*|första maj|may day"), _fixed(5, 1)),
    (_of(r"helatorstai\w*|kristi himmel\w*|ascension(?: day)?"), _from_easter(39)),
    (_of(r"juhannus ?aatto\w*|midsommarafton\w*|midsummer'?s? eve"), _saturday_from(6, 20, 1)),
    (_of(r"juhannuspäiv\w*|midsommardag\w*|midsummer'?s? day"), _saturday_from(6, 20)),
    (_of(r"juhannu\w*|midsommar\w*|midsummer\w*"), _saturday_from(6, 20, 1, 0)),
    (_of(r"pyhäinpäiv\w*|alla helgons dag\w*|all saints'? day"), _saturday_from(10, 31)),
    (_of(r"itsenäisyyspäiv\w*|självständighetsdag\w*|independence day"), _fixed(12, 6)),
    (_of(r"joulu(?:na|n|sta|ksi|npyhi\w*|pyhi\w*)?|jul(?:en|helg\w*)?|christmas|xmas"), _fixed(12, 24, 25, 26)),
    (_of(r"ylihuomen\w*|(?:i )?övermorgon|(?:the )?day after tomorrow"), _in(2)),
    (_of(r"huomen\w*|huomis\w*|i ?mor(?:gon|ron)|imorn|tomorrow|tmrw"), _in(1)),
    (
        _of(
            r"tänään\w*|tänää|tänä (?:iltana|aamuna|iltapäivänä)|i ?dag|i ?kväll|today|tonight|this (?:evening|afternoon)"
        ),
        _in(0),
    ),
    (_of(r"ensi viiko\w+|nästa vecka|next week"), _week(1)),
    (_of(r"tällä viikolla|(?:den här|denna) veckan?|i veckan|this week"), _week(0)),
    (_of(r"viikonlop\w+|(?:i )?helgen|(?:this |the )?weekend"), _weekend),
    *(
        (_of(rf"(?P<next>ensi|nästa|next)?\s?(?:på |on |this )?(?:{names})\w*"), _weekday(number))
        for number, names in enumerate(WEEKDAYS)
    ),
    *((_of(rf"(?:{names})"), _weekday(number)) for number, names in enumerate(SHORT)),
    (re.compile(r"(?<=[-–/])su\b|(?<=\bja )su\b"), _weekday(6)),
)
