"""Targets as people write them: "0:30", "4", "16:00", in hours and minutes of opening time."""

from __future__ import annotations

import re

WRITTEN = re.compile(r"(?P<hours>\d{1,4})(?:[:.](?P<minutes>[0-5]\d))?", re.ASCII)
# Two years of office hours: nobody is promised anything later.
LONGEST = 4000 * 60


def minutes_of(text: str) -> int:
    """ "4" is four hours, "0:30" half of one. Raises ValueError for anything else, nothing and too much."""
    found = WRITTEN.fullmatch(text.strip())
    total = int(found["hours"]) * 60 + int(found["minutes"] or 0) if found else 0
    if not 0 < total <= LONGEST:
        raise ValueError("That is no time that can be kept.")
    return total


def written(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02}"
