"""What was measured: a line a figure, the verdict, and the page in docs/ that keeps the last results."""

from __future__ import annotations

import datetime as dt
import os
import platform
import re
import sqlite3
import statistics
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).resolve().parent.parent / "docs" / "benchmarks.md"


@dataclass(frozen=True)
class Promise:
    """The bounds a figure has to keep, in the figure's unit or as a share of its floor; None: no such bound."""

    at_least: float | None = None
    at_most: float | None = None
    share_at_least: float | None = None
    share_at_most: float | None = None

    def __str__(self) -> str:
        parts = []
        if self.share_at_least is not None:
            parts.append(f"≥{self.share_at_least:.0%} of the floor")
        if self.share_at_most is not None:
            parts.append(f"≤{self.share_at_most:.0%} of the floor")
        if self.at_least is not None:
            parts.append(f"≥{number(self.at_least)}")
        if self.at_most is not None:
            parts.append(f"≤{number(self.at_most)}")
        return " and ".join(parts)


@dataclass(frozen=True)
class Figure:
    """One measured value beside its floor (None when nothing simpler does the same work)."""

    name: str
    value: float
    unit: str
    promise: Promise
    floor: float | None = None

    @property
    def ratio(self) -> float | None:
        """The value as a share of the floor."""
        return self.value / self.floor if self.floor else None

    @property
    def kept(self) -> bool:
        """Whether every bound of the promise holds; a share of a floor that wasn't measured does not."""
        bounds = self.promise
        return not (
            (bounds.at_least is not None and self.value < bounds.at_least)
            or (bounds.at_most is not None and self.value > bounds.at_most)
            or (bounds.share_at_least is not None and (self.ratio is None or self.ratio < bounds.share_at_least))
            or (bounds.share_at_most is not None and (self.ratio is None or self.ratio > bounds.share_at_most))
        )

    @property
    def cells(self) -> list[str]:
        """Name, value, unit, floor, ratio, promise and verdict, as they are printed."""
        return [
            self.name,
            number(self.value),
            self.unit,
            "–" if self.floor is None else number(self.floor),
            "–" if self.ratio is None else f"{self.ratio:.2f}",
            str(self.promise),
            "kept" if self.kept else "missed",
        ]

    def __str__(self) -> str:
        name, value, unit, floor, ratio, promise, verdict = self.cells
        return f"{name:<52} {value:>8} {unit:<4} floor {floor:>7}  ratio {ratio:>5}  promise {promise:<32} {verdict}"


class Missed(Exception):
    """What was to be measured did not even work; the text says what went wrong."""


def number(value: float) -> str:
    """Three or more significant digits, with thousands apart."""
    return f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:.3g}"


def typical(values: Iterable[float]) -> float:
    """The median of the repetitions: a busy moment of the machine does not decide."""
    return float(statistics.median(values))


def percentile(values: list[float], share: float) -> float:
    """The value below which this share of them lies; raises Missed without values."""
    if not values:
        raise Missed("Nothing was measured.")
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def exit_code(figures: Iterable[Figure]) -> int:
    """0 when every promise is kept."""
    return 0 if all(figure.kept for figure in figures) else 1


def machine() -> str:
    """The machine and the versions that the figures depend on, in one sentence."""
    parts = [
        f"{os.cpu_count()} cores ({processor()})",
        platform.system(),
        f"Python {platform.python_version()}",
        f"SQLite {sqlite3.sqlite_version}",
    ]
    return ", ".join([*parts, *([version] if (version := postgres_version()) else [])])


def processor() -> str:
    """The processor's name."""
    try:
        found = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(encoding="utf-8"), re.MULTILINE)
    except OSError:
        found = None
    return found[1] if found else platform.processor() or platform.machine()


def postgres_version() -> str:
    """PostgreSQL's name and version, or nothing where it isn't installed."""
    from testing.services import ServiceMissing, postgres_programs

    try:
        program = postgres_programs() / "postgres"
    except ServiceMissing:
        return ""
    said = subprocess.run([str(program), "--version"], capture_output=True, text=True, check=False).stdout
    return "PostgreSQL " + said.split()[-1] if said else ""


def write(name: str, figures: list[Figure], page: Path = PAGE) -> None:
    """Put the last results of one bench into its place on the page. Raises ValueError when it has none there."""
    rows = "\n".join("| " + " | ".join(figure.cells) + " |" for figure in figures)
    section = (
        f"<!-- results: {name} -->\n"
        f"{dt.datetime.now(dt.UTC):%-d %B %Y}, {machine()}.\n\n"
        "| figure | value | unit | floor | ratio | promise | |\n|---|---:|---|---:|---:|---|---|\n"
        f"{rows}\n<!-- end -->"
    )
    text = page.read_text(encoding="utf-8")
    place = re.compile(rf"<!-- results: {re.escape(name)} -->.*?<!-- end -->", re.DOTALL)
    if not place.search(text):
        raise ValueError(f"{page} has no place for the results of {name}.")
    page.write_text(place.sub(lambda _: section, text), encoding="utf-8")
