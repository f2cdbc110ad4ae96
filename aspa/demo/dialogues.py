"""The hand-written conversations of the demo, read from `dialogues/*.txt`.

    == Subject | language | reason | label, label | customer's name (only where it matters)
    > the customer writes
    < an agent answers
    ! an agent notes to colleagues

`{first}`, `{name}`, `{me}` and `{order}` are filled when it is told; of `[[one|another]]` one is chosen.
"""

from __future__ import annotations

import dataclasses
import random
import re
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "dialogues"
WHO = {">": "contact", "<": "agent", "!": "note"}
CHOICE = re.compile(r"\[\[(.*?)\]\]")


@dataclasses.dataclass(frozen=True, slots=True)
class Line:
    """`who` is "contact", "agent" or "note"."""

    who: str
    text: str


@dataclasses.dataclass(frozen=True, slots=True)
class Dialogue:
    subject: str
    language: str
    reason: str
    labels: tuple[str, ...]
    customer: str
    lines: tuple[Line, ...]


@cache
def dialogues(name: str) -> tuple[Dialogue, ...]:
    """All dialogues of one file. Raises ValueError for a line that isn't of the format."""
    parts = re.split(r"^== ", (FOLDER / f"{name}.txt").read_text(encoding="utf-8"), flags=re.MULTILINE)
    return tuple(_parse(part) for part in parts[1:])


def canned() -> list[list[str]]:
    """The canned replies: brand, language, shortcut, title, text."""
    lines = (FOLDER / "canned.txt").read_text(encoding="utf-8").splitlines()
    # Only the first four: a text has bars of its own, in its variables' fallbacks.
    return [[field.strip() for field in line.split("|", 4)] for line in lines if "|" in line and line[0] != "#"]


def _parse(part: str) -> Dialogue:
    head, *lines = part.strip().splitlines()
    fields = [field.strip() for field in head.split("|")] + [""] * 4
    labels = tuple(filter(None, (label.strip() for label in fields[3].split(","))))
    return Dialogue(fields[0], fields[1], fields[2], labels, fields[4], tuple(map(_line, lines)))


def _line(text: str) -> Line:
    mark, _blank, rest = text.partition(" ")
    if mark not in WHO or not rest:
        raise ValueError(f"Not a line of a dialogue: {text!r}")
    return Line(WHO[mark], rest)


def filled(text: str, words: dict[str, str], chance: random.Random) -> str:
    """The line as this customer or agent says it."""
    text = CHOICE.sub(lambda found: chance.choice(found[1].split("|")), text)
    for name, value in words.items():
        text = text.replace("{" + name + "}", value)
    return text
