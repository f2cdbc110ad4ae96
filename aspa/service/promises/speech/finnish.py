"""Days and times in Finnish, also as they are spoken."""

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

WEEKDAYS = ("ma", "ti", "ke", "to", "pe", "la", "su")
MONTHS = (
    "tammi", "helmi", "maalis", "huhti", "touko", "kesä", "heinä", "elo", "syys", "loka", "marras", "joulu",
)  # fmt: skip
NUMBERS = {
    "puolen": 0.5, "puolessa": 0.5, "yhden": 1, "yhdessä": 1, "kahden": 2, "kahdessa": 2, "parin": 2, "parissa": 2,
    "kolmen": 3, "kolmessa": 3, "muutaman": 3, "muutamassa": 3, "neljän": 4, "neljässä": 4, "viiden": 5,
    "viidessä": 5, "kuuden": 6, "kuudessa": 6, "seitsemän": 7, "seitsemässä": 7, "kahdeksan": 8, "kahdeksassa": 8,
    "yhdeksän": 9, "yhdeksässä": 9, "kymmenen": 10, "kymmenessä": 10, "viidentoista": 15, "kahdenkymmenen": 20,
    "puolentoista": 1.5, "puolessatoista": 1.5,
}  # fmt: skip
# "By two", "at three", as far as no other word is spelt so.
HOURS = {
    "yhteen": 13, "yhdeltä": 13, "kahteen": 14, "kahdelta": 14, "kolmeen": 15, "kolmelta": 15, "neljään": 16,
    "neljältä": 16, "viiteen": 17, "viideltä": 17, "kuuteen": 18, "kuudelta": 18, "seitsemältä": 19,
    "kahdeksalta": 8, "yhdeksään": 9, "yhdeksältä": 9, "kymmeneen": 10, "kymmeneltä": 10, "yhteentoista": 11,
    "yhdeltätoista": 11, "kahteentoista": 12, "kahdeltatoista": 12,
}  # fmt: skip

_NUMBER = any_of(*NUMBERS)
_UNIT = r"(?:minuu|min\b|tun|h\b|arkipäiv|työpäiv|pankkipäiv|päiv|vuorokau|vrk\b|viik|vko\b|kuukau|kk\b)\w*"
_COUNT = rf"(?P<count>\d{{1,3}}|{_NUMBER})(?:\s?[-–]\s?|\s+tai\s+)?(?P<most>(?:(?<=[-–\s])(?:\d{{1,3}}|{_NUMBER}))?)"
_WITHIN = r"(?:sisällä|sisään|kuluessa|päästä|kuluttua|aikana|päähän)"
_DAY_OF_WEEK = (
    r"(?:(?:maanan|tiis|tors|perjan|lauan|sunnun)tai|keskiviik)"
    r"(?:na|ina|hin|ksi|n|lle|lta|ko(?:na|on|ksi|n)|(?=-?(?:aam|ilt|päiv))|k[oa]na)?"
)


def _date(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


CALENDAR = Calendar(
    clock=_date(
        r"\b(?:klo|kello)\.?\s?(?:(?P<hour>[01]?\d|2[0-4])(?:[.:](?P<minute>[0-5]\d)(?!\d))?"
        r"(?:\s?[-–]\s?(?P<hour2>[01]?\d|2[0-4])(?:[.:](?P<minute2>[0-5]\d)(?!\d))?)?(?!\d))"
        rf"|\b(?P<word>{any_of(*HOURS)})\b(?=\s+mennessä|\s*(?:$|[.,!]))"
        r"|\b(?:puoleenpäivään|puoliltapäivin|puolilta\späivin|keskipäiv\w+)"
    ),
    duration=_date(
        rf"(?<![\w.,])(?!päivän\saikana)(?:{_COUNT}\s?)?(?:seuraavan\s)?(?P<unit>{_UNIT})\s+{_WITHIN}\b"
        rf"|(?<!kertaa\s)(?<!kerran\s)(?<![\w.,])(?:{_COUNT.replace('count', 'count_in').replace('most', 'most_in')}\s?)?"
        r"(?P<unit_in>minuutissa|tunnissa|arkipäivässä|työpäivässä|päivässä|vuorokaudessa|viikossa|kuukaudessa)\b"
    ),
    month_day=_date(
        rf"\b(?P<day>[0-3]?\d)\.\s?(?:päivä\w{{0,6}}\s)?(?P<month>{any_of(*MONTHS)})kuu\w{{0,6}}"
        rf"|\b(?P<month2>{any_of(*MONTHS)})kuun\s(?P<day2>[0-3]?\d)\.?(?!\d)"
    ),
    weekday=_date(
        r"\b(?:(?P<next>ensi|seuraavana|tulevana|tänä)\s)?"
        rf"(?P<name>{_DAY_OF_WEEK}(?=\b|-|aam|ilt)"
        r"|(?:ma|ti|ke|to|pe|la|su)(?=\s(?:klo|kello|mennessä|asti|[0-3]?\d\.[01]?\d)|na\s(?:klo|mennessä)))"
    ),
    weekdays=WEEKDAYS,
    months=MONTHS,
    days=(
        (_date(r"\bylihuomen\w*|\bylihuomis\w*"), in_days(2)),
        (_date(r"\bhuomen(?:na|is\w*|issa|n?a|een|i)?(?:\b|(?=aamu|illa|ilta|iltapäiv))|\bhuomis(?:een|eksi|en)\b|\bhuomis(?=aamu)"), in_days(1)),  # noqa: E501
        (_date(r"\b(?:tänään|tämän\s?päivän\s(?:aikana|puolella)|päivän\s(?:aikana|mittaan|päätteeksi)|täksi\späiväksi|tähän\späivään)"), today),  # noqa: E501
        (_date(r"\btänä\s(?=iltana|aamuna|iltapäivänä)|\b(?=vielä\sillalla)"), today),
        (_date(r"\bensi\sviikon\s(?:alu\w+|alkuun|alkupuol\w+)|\bensi\salkuviiko\w+"), early_in_week(1)),
        (_date(r"\bensi\sviikon\s(?:lop\w+|aikana|mittaan|puolella)|\b(?:ensi|seuraavalla)\s(?:loppu)?viiko\w+|\bensi\sviikkoon"), end_of_week(1)),  # noqa: E501
        (_date(r"\balkuviiko\w+"), soon_early_in_week),
        (_date(r"\bkeskellä\sviikkoa|\bkeskiviikon\stienoilla"), midweek),
        (_date(r"\b(?:tällä\sviikolla|(?:tämän\s|kuluvan\s)viikon\s\w+|viikon\slop\w+|loppuviiko\w+)"), end_of_week(0)),
        (_date(r"\bviikonlop\w+"), weekend),
        (_date(r"\b(?:ensi|seuraavassa)\skuu(?:ssa|n\s\w+)"), end_of_month(1)),
        (_date(r"\b(?:tässä\skuussa|(?:tämän\s)?kuun\s(?:lop\w+|aikana|vaihtee\w+)|kuunvaihtee\w+)"), end_of_month(0)),
    ),
    parts=(
        (_date(r"(?:\b|(?<=huomen)|(?<=huomis)|(?<=tai)|(?<=-))aamupäiv\w+"), "forenoon"),
        (_date(r"(?:\b|(?<=huomen)|(?<=huomis)|(?<=tai)|(?<=-))(?:iltapäiv\w+|ip\b)"), "afternoon"),
        (_date(r"(?:\b|(?<=huomen)|(?<=huomis)|(?<=tai)|(?<=-))aamu(?:lla|sta|ksi|na|un|n|sella|tuimaan)\b"), "morning"),
        (_date(r"(?:\b|(?<=huomen)|(?<=huomis)|(?<=tai)|(?<=-))il(?:lalla|taan|lan|laksi|tana|lasta|lemmalla)\b"), "evening"),
        (_date(r"\b(?:päivällä|lounaa\w+|lounasaika\w+)"), "forenoon"),
        (_date(r"\b(?:yöllä|yön\saikana|keskiyö\w*)"), "midnight"),
    ),
    units=(
        ("min", "minute"), ("tun", "hour"), ("h", "hour"), ("arki", "working day"), ("työ", "working day"),
        ("pankki", "working day"), ("päiv", "day"), ("vuorokau", "day"), ("vrk", "day"), ("vi", "week"),
        ("vko", "week"), ("ku", "month"), ("kk", "month"),
    ),
    numbers=NUMBERS,
    hours=HOURS,
)  # fmt: skip
