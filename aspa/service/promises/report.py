"""How promises were kept, team by team: read from the counters alone."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Sum

from aspa.core.people.models import Team
from aspa.kit import clock
from aspa.service.promises.models import PromiseDay

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

MONTHS = 12
COUNTS = ("made", "kept", "kept_late", "broken", "moved", "withdrawn")


@dataclasses.dataclass(frozen=True, slots=True)
class Line:
    """Of one team in one month; without a team those of conversations that are no team's."""

    team: Team | None
    made: int
    kept: int
    kept_late: int
    broken: int
    moved: int
    withdrawn: int

    @property
    def share(self) -> float | None:
        """Kept in time, of those that were kept or broken, 0 to 1; None without any."""
        settled = self.kept + self.broken
        return self.kept / settled if settled else None


class Month(NamedTuple):
    first: dt.date
    lines: list[Line]


def months() -> list[Month]:
    """The last twelve months that have something to tell, the newest first."""
    teams = Team.objects.in_bulk()
    found: dict[dt.date, list[Line]] = {}
    counted = (
        _days().values("date__year", "date__month", "team").annotate(**{f"all_{name}": Sum(name) for name in COUNTS})
    )
    for row in counted.order_by("-date__year", "-date__month", "team__name"):
        first = dt.date(row["date__year"], row["date__month"], 1)
        line = Line(teams.get(row["team"]), *(row[f"all_{name}"] for name in COUNTS))
        found.setdefault(first, []).append(line)
    return [Month(first, lines) for first, lines in found.items()]


def days() -> Iterable[PromiseDay]:
    """Every counted day of them, for a spreadsheet."""
    return _days().select_related("team").order_by("date", "team__name")


def _days() -> QuerySet[PromiseDay]:
    today = clock.now().date()
    count = today.year * 12 + today.month - MONTHS
    return PromiseDay.objects.filter(date__gte=dt.date(count // 12, count % 12 + 1, 1))
