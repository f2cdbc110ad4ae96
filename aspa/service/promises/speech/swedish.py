"""Days and times in Swedish."""

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

WEEKDAYS = ("måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag")
MONTHS = ("jan", "feb", "mar", "apr", "maj", "jun", "jul", "aug", "sep", "okt", "nov", "dec")
NUMBERS = {
    "en halv": 0.5, "en": 1, "ett": 1, "ett par": 2, "par": 2, "två": 2, "tre": 3, "några": 3, "fyra": 4, "fem": 5,
    "sex": 6, "sju": 7, "åtta": 8, "nio": 9, "tio": 10, "tolv": 12, "femton": 15, "tjugo": 20, "tjugofyra": 24,
    "trettio": 30, "halv": 0.5,
}  # fmt: skip

_NUMBER = any_of(*NUMBERS)
_MONTH = (
    r"(?:jan(?:uari)?|feb(?:ruari)?|mars?|apr(?:il)?|maj|juni?|juli?|aug(?:usti)?|sept?(?:ember)?|okt(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\b"
)

CALENDAR = Calendar(
    clock=re.compile(
        r"\b(?:kl|klockan|vid|före|innan)\.?\s?(?P<hour>[01]?\d|2[0-4])(?:[.:](?P<minute>[0-5]\d)(?!\d))?"
        r"(?:\s?[-–]\s?(?P<hour2>[01]?\d|2[0-4])(?:[.:](?P<minute2>[0-5]\d)(?!\d))?)?(?![\d/]|\s?(?:dag|veck|%|€|kr))"
        r"|\b(?:vid|till|före|innan)\s(?:lunch|tolvtiden)"
    ),
    duration=re.compile(
        r"\b(?:inom|om|på|efter|under)\s(?:de\snärmaste\s|högst\s|cirka\s|ca\s|max\s)?"
        rf"(?:(?P<count>\d{{1,3}}|{_NUMBER})(?:\s?[-–]\s?|\still\s|\seller\s)?(?P<most>(?:(?<=[-–\s])(?:\d{{1,3}}|{_NUMBER}))?)\s?)"
        r"(?P<unit>min(?:ut|uter)?|tim(?:me|mar)?|h|arbetsdag(?:ar)?|vardag(?:ar)?|bankdag(?:ar)?|dygn|dag(?:ar)?|veck(?:a|or)"
        r"|månad(?:er)?)\b"
        r"|\binom\s(?:loppet\sav\s)?(?P<unit_in>timmen|dygnet)\b"
    ),
    month_day=re.compile(
        rf"\b(?:den\s)?(?P<day>[0-3]?\d)(?::e|:a)?\s(?P<month>{_MONTH})|(?!)(?P<day2>x)(?P<month2>x)"
    ),
    weekday=re.compile(
        r"\b(?:(?P<next>nästa)\s)?(?P<name>(?:mån|tis|ons|tors|fre|lör|sön)dag)(?:en|ens|s)?(?=\b|morgon|kväll|eftermiddag|förmiddag)"
    ),
    weekdays=WEEKDAYS,
    months=MONTHS,
    days=(
        (re.compile(r"\bi?\s?övermorgon"), in_days(2)),
        (re.compile(r"\b(?:i\s?morgon|imorn|i\smorrn?|morgondagen)(?=\b|kväll)"), in_days(1)),
        (re.compile(r"\b(?:i\s?dag|under\sdagen|innan\sdagen\särslut|dagens\sslut|slutet\sav\sdagen)\b"), today),
        (re.compile(r"\bi\s?(?=kväll|eftermiddag|natt)"), today),
        (re.compile(r"\b(?:i\s)?början\s(?:av|på)\snästa\svecka|\btidigt\snästa\svecka"), early_in_week(1)),
        (re.compile(r"\b(?:(?:i\s)?(?:slutet|mitten)\s(?:av|på)\s|under\s)?nästa\svecka"), end_of_week(1)),
        (re.compile(r"\bbörjan\s(?:av|på)\sveckan"), soon_early_in_week),
        (re.compile(r"\bmitten\s(?:av|på)\sveckan"), midweek),
        (re.compile(r"\b(?:i\sveckan|(?:(?:slutet\s(?:av|på)|under|innan)\s)?(?:den\shär\sveckan|denna\svecka)|(?:slutet\s(?:av|på)|under)\sveckan|veckans\sslut|före\sveckoslutet)\b"), end_of_week(0)),  # noqa: E501
        (re.compile(r"\b(?:till|under|i|före|på)\s(?:helgen|veckoslutet)"), weekend),
        (re.compile(r"\bnästa\smånad"), end_of_month(1)),
        (re.compile(r"\b(?:slutet\s(?:av|på)\smånaden|månadsskiftet|månadens\sslut|denna\smånad|den\shär\smånaden)"), end_of_month(0)),
    ),
    parts=(
        (re.compile(r"\bförmiddag\w*"), "forenoon"),
        (re.compile(r"(?:\b|(?<=dag))eftermiddag\w*"), "afternoon"),
        (re.compile(r"\b(?:bitti|på\smorgonen|morgonen)\b|(?<=dag)morgon"), "morning"),
        (re.compile(r"(?:\b|(?<=dag)|(?<=morgon))kväll\w*"), "evening"),
        (re.compile(r"\b(?:natt|midnatt)\w*"), "midnight"),
    ),
    units=(
        ("min", "minute"), ("tim", "hour"), ("h", "hour"), ("arbets", "working day"), ("varda", "working day"),
        ("bank", "working day"), ("dygn", "day"), ("dag", "day"), ("veck", "week"), ("månad", "month"),
    ),
    numbers=NUMBERS,
    next_is_next_week=True,
)  # fmt: skip
