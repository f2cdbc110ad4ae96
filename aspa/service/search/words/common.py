"""Words by which customers of shops and service companies ask for the same thing: `alike`, one file a language, one group
a line.

A group says no more than that an answer to one word may be an answer to the other. Brands add their own (`synonyms`).
"""

from __future__ import annotations

from pathlib import Path

HERE = Path(__file__).parent / "alike"


def groups(language: str) -> list[tuple[str, ...]]:
    """The groups of a language; words of several words say it together."""
    lines = (HERE / f"{language}.txt").read_text(encoding="utf-8").splitlines()
    return [tuple(word.strip() for word in line.split(",")) for line in lines if line and not line.startswith("#")]
