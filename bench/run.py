"""How thoroughly to measure, as the command line asks."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Run:
    """databases: "SQLite" and "PostgreSQL", or one of them. quick: a first impression, not a result."""

    databases: tuple[str, ...] = ("SQLite", "PostgreSQL")
    quick: bool = False

    @property
    def times(self) -> int:
        """How often each thing is measured; the median counts."""
        return 1 if self.quick else 3

    def seconds(self, thorough: float) -> float:
        """How long to measure, given the time that a thorough run takes."""
        return thorough / 2 if self.quick else thorough
