"""A year of a rota's line as a calendar: who has the duty as each day ends."""

from __future__ import annotations

import calendar
import dataclasses
import datetime as dt
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aspa.service.duty.roster import Roster

DAY = dt.timedelta(days=1)
COLOURS = 4


@dataclasses.dataclass(frozen=True, slots=True)
class Day:
    """A square of the year: `turn` is the colour of who has the duty as the day ends, None for nobody."""

    date: dt.date
    turn: int | None
    says: str


def months(roster: Roster, names: dict[int, str], year: int) -> list[dict[str, Any]]:
    """The year as twelve months of weeks; a week is seven `Day`s or None for another month's days."""
    start, until = (dt.datetime(one, 1, 1, tzinfo=roster.timezone) for one in (year, year + 1))
    by_day: dict[dt.date, list[int | None]] = {}
    for turn in roster.turns(start, until):
        day = turn.start.astimezone(roster.timezone).date()
        last = (turn.end - dt.timedelta(seconds=1)).astimezone(roster.timezone).date()
        while day <= last:
            by_day.setdefault(day, []).append(turn.agent)
            day += DAY
    return [
        {
            "first": dt.date(year, month, 1),
            "weeks": [
                [_day(roster, day, by_day[day], names) if day.month == month else None for day in week]
                for week in calendar.Calendar().monthdatescalendar(year, month)
            ],
        }
        for month in range(1, 13)
    ]


def colour_of(members: tuple[int, ...], agent: int | None) -> int | None:
    """The same for a member all year; who only stands in has another one."""
    if agent is None:
        return None
    return (members.index(agent) if agent in members else len(members)) % COLOURS


def _day(roster: Roster, day: dt.date, agents: list[int | None], names: dict[int, str]) -> Day:
    says = " → ".join(names.get(agent or 0, "–") for agent in agents)
    return Day(day, colour_of(roster.members, agents[-1]), says)
