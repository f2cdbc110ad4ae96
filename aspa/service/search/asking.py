"""What an agent types into the desk's search, taken apart: words, "exact phrases", -not and operators.

    lahjakortti from:dee -is:ended before:1.11.2026 "ei toimi"

Nothing typed is a mistake. An operator that isn't known, or a value that one of a few isn't, is taken for words, with a
hint that says so; what names somebody or something is looked up later, by who knows what the agent may see.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

# So much of what was typed is read, and so many things asked at once.
LONGEST, MOST = 300, 20


class Operator(StrEnum):
    FROM = "from"
    TO = "to"
    IS = "is"
    HAS = "has"
    LABEL = "label"
    BEFORE = "before"
    AFTER = "after"
    CHANNEL = "channel"
    INBOX = "inbox"
    TEAM = "team"
    ASSIGNED = "assigned"


class State(StrEnum):
    """What `is:` asks."""

    OPEN = "open"
    WAITING = "waiting"
    SNOOZED = "snoozed"
    ENDED = "ended"
    UNREAD = "unread"
    MINE = "mine"
    UNASSIGNED = "unassigned"
    URGENT = "urgent"
    NOTE = "note"
    REPLY = "reply"
    INCOMING = "incoming"


class Thing(StrEnum):
    """What `has:` asks."""

    FILE = "file"
    LINK = "link"
    ORDER = "order"
    NOTE = "note"


# As they are written in each language, the usual one first: it is the one that is offered.
OPERATORS: Mapping[Operator, Mapping[str, str]] = {
    Operator.FROM: {"en": "from", "fi": "lähettäjä keneltä", "sv": "från avsändare"},
    Operator.TO: {"en": "to", "fi": "vastaanottaja kenelle", "sv": "till mottagare"},
    Operator.IS: {"en": "is", "fi": "on tila", "sv": "är status"},
    Operator.HAS: {"en": "has", "fi": "sisältää", "sv": "har innehåller"},
    Operator.LABEL: {"en": "label tag", "fi": "tunniste", "sv": "etikett"},
    Operator.BEFORE: {"en": "before until", "fi": "ennen", "sv": "före innan"},
    Operator.AFTER: {"en": "after since", "fi": "jälkeen alkaen", "sv": "efter sedan"},
    Operator.CHANNEL: {"en": "channel", "fi": "kanava", "sv": "kanal"},
    Operator.INBOX: {"en": "inbox in", "fi": "postilaatikko laatikko", "sv": "inkorg"},
    Operator.TEAM: {"en": "team", "fi": "tiimi", "sv": "team"},
    Operator.ASSIGNED: {"en": "assigned", "fi": "hoitaja vastuussa", "sv": "ansvarig tilldelad"},
}
STATES: Mapping[State, Mapping[str, str]] = {
    State.OPEN: {"en": "open", "fi": "avoin auki", "sv": "öppen"},
    State.WAITING: {"en": "waiting", "fi": "odottaa odottava", "sv": "väntar"},
    State.SNOOZED: {"en": "snoozed", "fi": "torkulla", "sv": "väntläge"},
    State.ENDED: {"en": "ended closed", "fi": "päättynyt suljettu", "sv": "avslutad stängd"},
    State.UNREAD: {"en": "unread", "fi": "lukematta lukematon", "sv": "oläst olästa"},
    State.MINE: {"en": "mine", "fi": "oma omat", "sv": "min mina"},
    State.UNASSIGNED: {"en": "unassigned", "fi": "vapaa vapaat", "sv": "ledig lediga"},
    State.URGENT: {"en": "urgent", "fi": "kiireellinen", "sv": "brådskande"},
    State.NOTE: {"en": "note", "fi": "muistiinpano", "sv": "anteckning"},
    State.REPLY: {"en": "reply", "fi": "vastaus", "sv": "svar"},
    State.INCOMING: {"en": "incoming", "fi": "saapunut", "sv": "inkommande"},
}
THINGS: Mapping[Thing, Mapping[str, str]] = {
    Thing.FILE: {"en": "file attachment files", "fi": "tiedosto liite", "sv": "fil bilaga"},
    Thing.LINK: {"en": "link url", "fi": "linkki", "sv": "länk"},
    Thing.ORDER: {"en": "order", "fi": "tilaus", "sv": "order beställning"},
    Thing.NOTE: {"en": "note", "fi": "muistiinpano", "sv": "anteckning"},
}
ME = frozenset({"me", "minä", "mina", "mig", "jag", "itse"})
NOBODY = frozenset({"nobody", "none", "ei-kukaan", "kukaan", "ingen"})
AGO = {"d": 1, "pv": 1, "dag": 1, "w": 7, "vk": 7, "v": 7, "m": 30, "kk": 30, "mån": 30, "y": 365, "a": 365, "år": 365}
DAYS = {"today": 0, "tänään": 0, "idag": 0, "yesterday": 1, "eilen": 1, "igår": 1}

# An operator with its value, a phrase or a word; each perhaps denied. A quotation that doesn't end goes to the end.
PIECE = re.compile(
    r"""(?P<minus>[-−–](?=[^\s-]))?
        (?:(?P<name>[^\W\d_]+):(?:"(?P<quoted>[^"]*)"?|(?P<bare>[^\s"]*))
          |"(?P<phrase>[^"]*)"?
          |(?P<word>[^\s"]+))""",
    re.VERBOSE,
)
# Nobody who writes these means an operator.
ADDRESSES = frozenset({"http", "https", "mailto", "tel", "ftp"})
QUOTES = str.maketrans("“”„‟«»″", '"""""""')


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing asked. `operator` None: of the text; a `phrase` stands in it just so. `denied`: it must not be."""

    value: str
    operator: Operator | None = None
    phrase: bool = False
    denied: bool = False


@dataclass(frozen=True, slots=True)
class Hint:
    """What wasn't understood as it looks: an operator that isn't one, or one of a few values that isn't known to it."""

    written: str
    operator: Operator | None = None


@dataclass(frozen=True, slots=True)
class Question:
    asked: tuple[Asked, ...] = ()
    hints: tuple[Hint, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.asked)

    @property
    def words(self) -> str:
        """The words to be found, as typed, without phrases."""
        return " ".join(one.value for one in self.asked if not (one.operator or one.phrase or one.denied))

    def of(self, operator: Operator | None, *, denied: bool = False) -> list[Asked]:
        return [one for one in self.asked if one.operator == operator and one.denied == denied]


def parse(text: str) -> Question:
    """Take apart whatever was typed. Never raises."""
    asked: list[Asked] = []
    hints: list[Hint] = []
    tidy = unicodedata.normalize("NFC", text[:LONGEST]).translate(QUOTES).replace("\x00", " ")
    for piece in PIECE.finditer(tidy):
        found, hint = _understood(piece)
        asked += found
        if hint is not None:
            hints.append(hint)
    return Question(tuple(asked[:MOST]), tuple(hints[:3]))


def unfinished(text: str) -> tuple[str, str]:
    """What was typed without the word that its writer may be in the middle of, and that; "" when it is none."""
    found = re.search(r"(?:^|\s)([^\W_]+)$", text[:LONGEST])
    return (text[: found.start(1)], found[1]) if found and text.count('"') % 2 == 0 else (text, "")


def _understood(piece: re.Match[str]) -> tuple[list[Asked], Hint | None]:
    denied = bool(piece["minus"])
    if piece["phrase"] is not None:
        return _of_text(piece["phrase"], phrase=True, denied=denied), None
    if piece["word"] is not None:
        return _of_text(piece["word"], denied=denied), None
    value = piece["quoted"] if piece["quoted"] is not None else piece["bare"]
    value, name = " ".join(value.split()), piece["name"].casefold()
    operator = NAMES.get(name)
    if operator is None:
        hint = Hint(piece["name"]) if name not in ADDRESSES and value else None
        return _of_text(f"{piece['name']}:{value}", denied=denied), hint
    if not value:
        # Still being typed.
        return [], None
    known = _known(operator, value)
    if known is None:
        return _of_text(value, denied=denied), Hint(value, operator)
    return [Asked(known, operator, denied=denied)], None


def _of_text(value: str, *, phrase: bool = False, denied: bool = False) -> list[Asked]:
    bare = " ".join(value.split())
    return [Asked(bare, phrase=phrase, denied=denied)] if any(map(str.isalnum, bare)) else []


def _known(operator: Operator, value: str) -> str | None:
    """The value as it is understood; None when the operator has few and this isn't one."""
    match operator:
        case Operator.IS:
            return STATE_NAMES.get(value.casefold())
        case Operator.HAS:
            return THING_NAMES.get(value.casefold())
        case Operator.BEFORE | Operator.AFTER:
            return value if moment(value, dt.date(2000, 1, 1)) else None
    return value


def moment(value: str, today: dt.date) -> dt.date | None:
    """The day that begins what is written: 2026-11-05, 5.11.2026, 5.11., 11/2026, 2026, today, 7d, 2vk. None: no day."""
    value = value.casefold().strip()
    try:
        if value in DAYS:
            return today - dt.timedelta(days=DAYS[value])
        if found := re.fullmatch(r"(\d{1,4})\s?([^\W\d_]+)", value):
            each = AGO.get(found[2])
            return today - dt.timedelta(days=each * int(found[1])) if each else None
        if found := re.fullmatch(r"(\d{4})(?:[-/](\d{1,2}))?(?:[-/](\d{1,2}))?", value):
            return dt.date(int(found[1]), int(found[2] or 1), int(found[3] or 1))
        if found := re.fullmatch(r"(\d{1,2})[./](\d{4})", value):
            return dt.date(int(found[2]), int(found[1]), 1)
        if found := re.fullmatch(r"(\d{1,2})[./](\d{1,2})[./]?(\d{4})?", value):
            day = dt.date(int(found[3] or today.year), int(found[2]), int(found[1]))
            # Without a year it is the last one there was.
            return day if found[3] or day <= today else day.replace(year=day.year - 1)
    except (ValueError, OverflowError):
        return None
    return None


def spelling(spellings: Mapping[str, str], language: str) -> str:
    """How it is offered to somebody who reads this language."""
    return spellings.get(language, spellings["en"]).split()[0]


def _by_name(table: Mapping[Any, Mapping[str, str]]) -> dict[str, Any]:
    return {name: key for key, spellings in table.items() for names in spellings.values() for name in names.split()}


NAMES: dict[str, Operator] = _by_name(OPERATORS)
STATE_NAMES: dict[str, State] = _by_name(STATES)
THING_NAMES: dict[str, Thing] = _by_name(THINGS)
