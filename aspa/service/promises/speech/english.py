"""Days and times in English."""

from __future__ import annotations

import re

from aspa.service.promises.speech.calendar import (
    Calendar,
    any_of,
    early_in_week,
    end_of_month,
    end_of_week,
    in_days,
    midweek,
    soon_early_in_week,
    today,
    weekend,
)  # fmt: skip

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
NUMBERS = {
    "half an": 0.5, "half a": 0.5, "a": 1, "an": 1, "one": 1, "couple of": 2, "a couple of": 2, "couple": 2,
    "a couple": 2, "two": 2, "three": 3, "few": 3, "a few": 3, "the next few": 3, "four": 4, "five": 5, "six": 6,
    "seven": 7, "eight": 8, "nine": 9, "ten": 10, "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30,
    "forty-eight": 48, "twenty-four": 24,
}  # fmt: skip
HOURS = {"two o'clock": 14, "three o'clock": 15, "four o'clock": 16, "five o'clock": 17, "ten o'clock": 10}

_NUMBER = any_of(*NUMBERS)
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\b"
)
_HALF = r"\s?(?:(?P<half>[ap])\.?m\b\.?)"

CALENDAR = Calendar(
    clock=re.compile(
        rf"\b(?P<word>{any_of(*HOURS)})"
        r"|\b(?:(?:at|by|before|until|around|about|between)\s)?(?:(?P<hour>[01]?\d|2[0-4])(?:[.:](?P<minute>[0-5]\d))?)"
        rf"(?:\s?(?:[-–]|to|and)\s?(?P<hour2>[01]?\d|2[0-4])(?:[.:](?P<minute2>[0-5]\d))?)?{_HALF}"
        r"|\b(?:at|by|before|until|around)\s(?P<hour3>[01]?\d|2[0-4])(?:[.:](?P<minute3>[0-5]\d))?"
        r"(?![\d/.:]|\s?(?:th|st|nd|rd|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|%|days?|hours?|minutes?|weeks?))\b"
        r"|\b(?:noon|midday|lunchtime|lunch)\b"
    ),
    duration=re.compile(
        r"\b(?:within|in|over|inside)\s(?:the\s)?(?:next\s|about\s|around\s|max\s|another\s)?"
        rf"(?:(?P<count>\d{{1,3}}|{_NUMBER})(?:\s?[-–]\s?|\sto\s|\sor\s)?(?P<most>(?:(?<=[-–\s])(?:\d{{1,3}}|{_NUMBER}))?)[\s-]?)?"
        r"(?P<unit>min(?:ute)?s?|h(?:ou)?rs?|h|(?:business|working|work|week)\s?days?|days?|weeks?|months?)\b(?:['’]\stime)?"
        r"|(?!)(?P<unit_in>x)"
    ),
    month_day=re.compile(
        rf"\b(?P<day>[0-3]?\d)(?:st|nd|rd|th)?\s(?:of\s)?(?P<month>{_MONTH})"
        rf"|\b(?P<month2>{_MONTH})\s(?:the\s)?(?P<day2>[0-3]?\d)(?:st|nd|rd|th)?\b"
    ),
    weekday=re.compile(
        r"\b(?:(?P<next>next)\s|this\s|coming\s)?(?P<name>(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:mon|tue|wed|thu|thurs|fri)(?=\b(?:[.,!]|$|\s(?:at|by|morning|afternoon))))(?!s)\b"
    ),
    weekdays=WEEKDAYS,
    months=MONTHS,
    days=(
        (re.compile(r"\bthe\sday\safter\stomorrow|\bovermorrow"), in_days(2)),
        (re.compile(r"\b(?:tomorrow|tmrw|tmr|tomorow)\b"), in_days(1)),
        (re.compile(r"\b(?:(?:end\sof|later|by\sclose\sof|close\sof|by\sthe\send\sof)\s(?:the\s|this\s)?(?:today|day|business(?:\sday)?|work(?:ing)?\sday)|today|eod|cob)\b"), today),  # noqa: E501
        (re.compile(r"\b(?:this\s(?=morning|afternoon|evening)|(?=tonight))"), today),
        (re.compile(r"\b(?:early\s(?:in\s)?next\sweek|(?:the\s)?(?:start|beginning)\sof\snext\sweek)"), early_in_week(1)),
        (re.compile(r"\b(?:(?:the\s)?end\sof\s|later\s|during\s|some\s?time\s|late\s)?next\sweek\b"), end_of_week(1)),
        (re.compile(r"\bearly\s(?:in\s)?(?:the|this)\sweek"), soon_early_in_week),
        (re.compile(r"\bmid-?week"), midweek),
        (re.compile(r"\b(?:this\sweek|(?:the\s)?end\sof\s(?:the|this)\s(?:working\s)?week|eow|later\sthis\sweek)\b"), end_of_week(0)),
        (re.compile(r"\b(?:this|the|over\sthe)\sweekend\b"), weekend),
        (re.compile(r"\bnext\smonth\b"), end_of_month(1)),
        (re.compile(r"\b(?:this\smonth|(?:the\s)?end\sof\s(?:the|this)\smonth|eom)\b"), end_of_month(0)),
    ),
    parts=(
        (re.compile(r"\bmorning\b"), "forenoon"),
        (re.compile(r"\bafternoon\b"), "afternoon"),
        (re.compile(r"\b(?:evening|tonight)\b"), "evening"),
        (re.compile(r"\b(?:midnight|overnight)\b"), "midnight"),
    ),
    units=(
        ("min", "minute"), ("h", "hour"), ("business", "working day"), ("work", "working day"),
        ("weekd", "working day"), ("day", "day"), ("week", "week"), ("month", "month"),
    ),
    numbers=NUMBERS,
    hours=HOURS,
    next_is_next_week=True,
    counts_to_twelve=True,
)  # fmt: skip
