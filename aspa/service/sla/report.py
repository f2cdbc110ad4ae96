"""How targets were kept, policy by policy: read from the counters alone."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Sum

from aspa.kit import clock
from aspa.service.sla.models import Kind, Pace, Policy, Tally

if TYPE_CHECKING:
    from collections.abc import Iterable

DAYS = 30
MONTHS = 12
DAY = dt.timedelta(days=1)


class Span(NamedTuple):
    """From a day up to and with another."""

    first: dt.date
    last: dt.date


@dataclasses.dataclass(frozen=True, slots=True)
class Line:
    """Of one sort of target. `share` of those that were met, 0 to 1."""

    kind: Kind
    met: int
    breached: int

    @property
    def share(self) -> float:
        return self.met / (self.met + self.breached)


@dataclasses.dataclass(frozen=True, slots=True)
class Kept:
    """Of one policy. `first_reply`: half of the first replies took at most so much opening time; None without any."""

    policy: Policy
    lines: list[Line]
    first_reply: dt.timedelta | None


def last_days() -> Span:
    today = clock.now().date()
    return Span(today - (DAYS - 1) * DAY, today)


def months() -> list[dt.date]:
    """The first days of this month and those before it, the newest first."""
    this = clock.now().date().replace(day=1)
    count = this.year * 12 + this.month - 1
    return [dt.date((count - back) // 12, (count - back) % 12 + 1, 1) for back in range(MONTHS)]


def month(first: dt.date) -> Span:
    return Span(first, (first + 31 * DAY).replace(day=1) - DAY)


def kept(span: Span) -> list[Kept]:
    """In the order of the policies; those with nothing to tell are left out, unless they are in use."""
    tallies: defaultdict[int, dict[str, tuple[int, int]]] = defaultdict(dict)
    counted = Tally.objects.filter(date__range=span).values("policy", "kind")
    for row in counted.annotate(all_met=Sum("met"), all_breached=Sum("breached")):
        tallies[row["policy"]][row["kind"]] = row["all_met"], row["all_breached"]
    paces: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    quick = Pace.objects.filter(date__range=span).values("policy", "minutes").annotate(all=Sum("count"))
    for row in quick.order_by("minutes"):
        paces[row["policy"]].append((row["minutes"], row["all"]))
    found = [_kept(policy, tallies[policy.pk], paces[policy.pk]) for policy in Policy.objects.all()]
    return [one for one in found if one.lines or one.first_reply is not None or one.policy.is_active]


def days(span: Span) -> Iterable[Tally]:
    """Every counted day, for a spreadsheet."""
    return Tally.objects.filter(date__range=span).select_related("policy").order_by("date", "policy__position", "kind")


def _kept(policy: Policy, tallies: dict[str, tuple[int, int]], paces: list[tuple[int, int]]) -> Kept:
    lines = [Line(kind, *tallies[kind]) for kind in Kind if any(tallies.get(kind, ()))]
    middle = median(paces)
    return Kept(policy, lines, None if middle is None else dt.timedelta(minutes=middle))


def median(paces: Iterable[tuple[int, int]]) -> int | None:
    """Of (minutes, how many), in the order of the minutes: up to which half of them are. None of nothing."""
    paces = list(paces)
    wanted, seen = sum(count for _minutes, count in paces) / 2, 0
    for minutes, count in paces:
        seen += count
        if count > 0 and seen >= wanted:
            return minutes
    return None
