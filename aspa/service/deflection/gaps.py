"""What was asked and not found: questions that mean the same together, so that one sees what to write about."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import Counter
from typing import TYPE_CHECKING

from django.db.models import Max, Sum

from aspa.kit import clock
from aspa.service.search.models import Asking
from aspa.service.search.words import normaliser
from aspa.service.search.words.normaliser import BASE, ITSELF

if TYPE_CHECKING:
    from aspa.core.inboxes.models import Brand

DAYS = 30
# Different questions that are looked at, those that found nothing most often.
MOST_ASKED = 500
SHOWN = 50
# Of the ways in which one thing was asked.
MOST_WAYS = 4


@dataclasses.dataclass(slots=True)
class Gap:
    """Questions of the same words, whatever their forms. `text` is how it was asked most often, `ways` how else.

    `nothing`: how often nothing was found, of `times` in all. `where`: how often it was asked in which place.
    """

    text: str
    times: int
    nothing: int
    where: Counter[str]
    last: dt.date
    ways: list[str]


def found(brand: Brand) -> list[Gap]:
    """Of the last thirty days, what found nothing most often first."""
    since = clock.now().date() - dt.timedelta(days=DAYS)
    rows = Asking.objects.filter(brand=brand, date__gte=since, found_nothing__gt=0).values("text", "where")
    asked = rows.annotate(all_times=Sum("times"), nothing=Sum("found_nothing"), last=Max("date"))
    gaps: dict[frozenset[str], Gap] = {}
    for row in asked.order_by("-nothing", "-all_times", "text")[:MOST_ASKED]:
        text = row["text"]
        gap = gaps.setdefault(meaning(text), Gap(text, 0, 0, Counter(), row["last"], []))
        gap.times += row["all_times"]
        gap.nothing += row["nothing"]
        gap.where[row["where"]] += row["all_times"]
        gap.last = max(gap.last, row["last"])
        if text != gap.text and text not in gap.ways and len(gap.ways) < MOST_WAYS:
            gap.ways.append(text)
    return sorted(gaps.values(), key=lambda gap: (-gap.nothing, -gap.times, gap.text))[:SHOWN]


def meaning(text: str) -> frozenset[str]:
    """The base forms of its words, without those that say nothing."""
    return frozenset(_base(one.terms) for one in normaliser.asked(text)) or frozenset({text})


def _base(terms: dict[str, float]) -> str:
    """The words that a form may come from, in one order: which of them is meant nobody says."""
    bases = sorted(term for term, weight in terms.items() if weight == BASE)
    return bases[0] if bases else next(term for term, weight in terms.items() if weight == ITSELF)
