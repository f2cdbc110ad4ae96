"""By when: days, times of day and durations as they are written in Finnish, Swedish and English."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from aspa.service.promises.moments import LAST, NOON, Reckoning
from aspa.service.promises.speech import english, finnish, swedish

if TYPE_CHECKING:
    from aspa.service.hours.schedule import Schedule
    from aspa.service.promises.speech.calendar import Calendar

CALENDARS: dict[str, Calendar] = {"fi": finnish.CALENDAR, "sv": swedish.CALENDAR, "en": english.CALENDAR}
MORNING, EVENING = dt.time(10), dt.time(21)
# "3.12." or "3.12.2026"; "3/12" is a day and a month too, as everywhere in Europe.
DOTTED = re.compile(r"(?<![\d.,:/])(\d{1,2})[./](\d{1,2})(?:[./](20\d\d|\d\d))?\b\.?(?!\s?[€%\d])")
ISO = re.compile(r"\b(20\d\d)-(\d\d)-(\d\d)\b")
COLON = re.compile(r"(?<![\d.:])([01]?\d|2[0-4]):([0-5]\d)(?:\s?[-–]\s?([01]?\d|2[0-4]):([0-5]\d))?(?![\d:])")


@dataclasses.dataclass(slots=True)
class Said:
    """What a text says of a moment, gathered piece by piece; the first of each kind counts."""

    at: dt.datetime | None = None
    day: dt.date | None = None
    clock: dt.time | None = None
    part: str = ""
    # Named, though it may lead to no moment that is still ahead.
    is_named: bool = False


def named(text: str, language: str, now: dt.datetime, schedule: Schedule | None) -> tuple[bool, dt.datetime | None]:
    """Whether the text names a time ahead, and the instant that it means; never one that has passed."""
    reckoning = Reckoning.at(now, schedule)
    said = _said(text.lower(), CALENDARS[language], reckoning)
    return said.is_named, _meant(said, reckoning) if said.is_named else None


Reader = Callable[[re.Match[str], Said, Reckoning], bool]


def _said(text: str, calendar: Calendar, reckoning: Reckoning) -> Said:
    said = Said()
    # From the most particular to the least: what one has read, the next ones don't see.
    readers: tuple[tuple[re.Pattern[str], Reader], ...] = (
        (ISO, _iso),
        (calendar.clock, lambda found, said, _: _clock(found, said, calendar)),
        (COLON, _colon),
        (calendar.duration, lambda found, said, reckoning: _duration(found, said, reckoning, calendar)),
        (calendar.month_day, lambda found, said, reckoning: _month_day(found, said, reckoning, calendar)),
        (DOTTED, _dotted),
        *(
            (pattern, lambda found, said, reckoning, day=day: _day(said, day(reckoning)))
            for pattern, day in calendar.days
        ),
        (calendar.weekday, lambda found, said, reckoning: _weekday(found, said, reckoning, calendar)),
        *((pattern, lambda found, said, reckoning, part=part: _part(said, part)) for pattern, part in calendar.parts),
    )
    for pattern, read in readers:
        for found in pattern.finditer(text):
            if read(found, said, reckoning):
                said.is_named = True
                text = text[: found.start()] + "#" * len(found[0]) + text[found.end() :]
    return said


def _meant(said: Said, reckoning: Reckoning) -> dt.datetime | None:
    moment = said.at
    if moment is None:
        day = said.day or reckoning.today
        clock = said.clock or _part_of(said.part, day, reckoning)
        moment = reckoning.instant(day, clock) if clock else reckoning.end_of(day)
        if not reckoning.is_ahead(moment) and said.day is None:
            # A time alone is the next one.
            day += dt.timedelta(days=1)
            clock = said.clock or _part_of(said.part, day, reckoning)
            moment = reckoning.instant(day, clock) if clock else reckoning.end_of(day)
        elif not reckoning.is_ahead(moment):
            moment = reckoning.end_of(day)
    return moment if reckoning.is_ahead(moment) else None


def _part_of(part: str, day: dt.date, reckoning: Reckoning) -> dt.time | None:
    match part:
        case "morning":
            return MORNING
        case "forenoon":
            return NOON
        case "afternoon":
            return reckoning.afternoon(day)
        case "evening":
            return EVENING
        case "midnight":
            return LAST
    return None


def _day(said: Said, day: dt.date | None) -> bool:
    if day is None:
        return False
    said.day = said.day or day
    return True


def _part(said: Said, part: str) -> bool:
    said.part = said.part or part
    return True


def _iso(found: re.Match[str], said: Said, reckoning: Reckoning) -> bool:
    return _day(said, reckoning.date(int(found[3]), int(found[2]), int(found[1])))


def _dotted(found: re.Match[str], said: Said, reckoning: Reckoning) -> bool:
    return _day(said, reckoning.date(int(found[1]), int(found[2]), int(found[3]) if found[3] else None))


def _month_day(found: re.Match[str], said: Said, reckoning: Reckoning, calendar: Calendar) -> bool:
    day, month = found["day"] or found["day2"], found["month"] or found["month2"]
    number = next(number for number, name in enumerate(calendar.months, 1) if month.startswith(name))
    return _day(said, reckoning.date(int(day), number, None))


def _weekday(found: re.Match[str], said: Said, reckoning: Reckoning, calendar: Calendar) -> bool:
    number = next(number for number, name in enumerate(calendar.weekdays) if found["name"].startswith(name))
    if found["next"] and calendar.next_is_next_week:
        return _day(said, reckoning.weekday_of_week(number, 1))
    return _day(said, reckoning.weekday(number))


def _clock(found: re.Match[str], said: Said, calendar: Calendar) -> bool:
    """Of a span of time its end counts: by then at the latest."""
    groups = found.groupdict()
    end = next((number for number in ("2", "", "3") if groups.get(f"hour{number}")), "")
    hour, minute, word = groups.get(f"hour{end}"), groups.get(f"minute{end}"), groups.get("word")
    if word:
        return _time(said, calendar.hours[word], 0)
    if hour is None:
        return _time(said, 12, 0)
    number, half = int(hour), groups.get("half")
    if half:
        number += 12 if half.startswith("p") and number < 12 else -12 if half.startswith("a") and number == 12 else 0
    elif calendar.counts_to_twelve and number < 7:
        number += 12
    return _time(said, number, int(minute or 0))


def _colon(found: re.Match[str], said: Said, _reckoning: Reckoning) -> bool:
    hour, minute = (found[3], found[4]) if found[3] else (found[1], found[2])
    return _time(said, int(hour), int(minute))


def _time(said: Said, hour: int, minute: int) -> bool:
    if hour > 24 or minute > 59:
        return False
    said.clock = said.clock or (LAST if hour == 24 else dt.time(hour, minute))
    return True


def _duration(found: re.Match[str], said: Said, reckoning: Reckoning, calendar: Calendar) -> bool:
    count = _count(found, calendar)
    spelt = found["unit"] or found["unit_in"]
    unit = next(meaning for stem, meaning in calendar.units if spelt.startswith(stem))
    if unit in ("minute", "hour"):
        length = dt.timedelta(minutes=count) if unit == "minute" else dt.timedelta(hours=count)
        # In UTC: an hour from now is an hour, also on the night when the clocks are changed.
        moment = reckoning.now.astimezone(dt.UTC) + length
        said.at = said.at or moment.replace(second=0, microsecond=0).astimezone(reckoning.now.tzinfo)
        return True
    if unit == "working day":
        return _day(said, reckoning.after_working_days(round(count)))
    days = round(count * {"day": 1, "week": 7, "month": 30}[unit])
    return _day(said, reckoning.today + dt.timedelta(days=min(days, 4000)))


def _count(found: re.Match[str], calendar: Calendar) -> float:
    """The larger number of "2–3 days"; one where none is said."""
    groups = found.groupdict()
    said = (groups.get(name) for name in ("most", "count", "most_in", "count_in"))
    written = next((word for word in said if word), "1")
    return float(written) if written.isdigit() else calendar.numbers[written]
