"""What came of offering articles before a contact, brand by brand: read from the counters alone."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import defaultdict
from typing import TYPE_CHECKING

from django.db.models import Sum

from aspa.core.inboxes.models import Brand
from aspa.kit import clock
from aspa.service.deflection.models import ArticleDay, AttemptDay, Outcome, Where

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

DAYS = 30
MOST_ARTICLES = 20
# Of the chart, in its units.
STEP, HEIGHT = 18, 80
COUNTS = ("shown", "opened", *(outcome.value for outcome in Outcome))


@dataclasses.dataclass(frozen=True, slots=True)
class Share:
    """Of one outcome: how many attempts, and their share of all, 0 to 1."""

    outcome: Outcome
    count: int
    share: float


@dataclasses.dataclass(frozen=True, slots=True)
class Came:
    """Of one brand in the whole time. `days` has every day from the first to the last, `places` those with something."""

    brand: Brand
    shown: int
    opened: int
    outcomes: list[Share]
    days: list[Day]
    places: list[Place]

    @property
    def width(self) -> int:
        return len(self.days) * STEP

    @property
    def pieces(self) -> list[Piece]:
        """The chart's columns, what helped at the ground; as high as the fullest day is the chart."""
        most = max((day.counts["shown"] for day in self.days), default=0)
        found = []
        for place, day in enumerate(self.days):
            below = 0
            for outcome in Outcome:
                count = day.counts[outcome.value]
                top = below + count
                if count:
                    y, foot = HEIGHT - round(HEIGHT * top / most), HEIGHT - round(HEIGHT * below / most)
                    found.append(Piece(day, outcome, count, place * STEP, y, foot - y))
                below = top
        return found


@dataclasses.dataclass(frozen=True, slots=True)
class Day:
    date: dt.date
    counts: dict[str, int]


@dataclasses.dataclass(frozen=True, slots=True)
class Piece:
    """Of a day's column in the chart: one outcome, in the chart's units from the top left."""

    day: Day
    outcome: Outcome
    count: int
    x: int
    y: int
    height: int


@dataclasses.dataclass(frozen=True, slots=True)
class Place:
    where: Where
    counts: dict[str, int]


@dataclasses.dataclass(frozen=True, slots=True)
class ArticleLine:
    title: str
    url: str
    shown: int
    opened: int
    helped: int
    not_helped: int
    went_on: int
    given: int


def came() -> list[Came]:
    """The last thirty days. Today's attempts, and some of yesterday's, aren't over yet."""
    last = clock.now().date()
    first = last - dt.timedelta(days=DAYS - 1)
    counted: defaultdict[int, list[AttemptDay]] = defaultdict(list)
    for day in AttemptDay.objects.filter(date__range=(first, last)):
        counted[day.brand_id].append(day)
    dates = [first + dt.timedelta(days=n) for n in range(DAYS)]
    return [_came(brand, counted[brand.pk], dates) for brand in _brands() if counted[brand.pk]]


def articles(brand: Brand) -> list[ArticleLine]:
    """The brand's most shown and given ones in the same time."""
    first = clock.now().date() - dt.timedelta(days=DAYS - 1)
    names = ("shown", "opened", "helped", "not_helped", "went_on", "given")
    counted = ArticleDay.objects.filter(brand=brand, date__gte=first).values("source", "key")
    sums = counted.annotate(**{f"all_{name}": Sum(name) for name in names}).order_by("-all_opened", "-all_shown", "key")
    lines = list(sums[:MOST_ARTICLES])
    newest = ArticleDay.objects.filter(brand=brand, date__gte=first, key__in=[line["key"] for line in lines])
    known = {(day.source, day.key): day for day in newest.order_by("date")}
    return [
        ArticleLine(
            known[line["source"], line["key"]].title,
            known[line["source"], line["key"]].url,
            *(line[f"all_{name}"] for name in names),
        )
        for line in lines
    ]


def days() -> Iterable[AttemptDay]:
    """Every counted day of the last year, for a spreadsheet."""
    since = clock.now().date() - dt.timedelta(days=365)
    found = AttemptDay.objects.filter(date__gte=since).select_related("brand").defer("brand__identity_secret")
    return found.order_by("date", "brand__name", "where")


def _brands() -> QuerySet[Brand]:
    return Brand.objects.defer("identity_secret").order_by("name")


def _came(brand: Brand, counted: list[AttemptDay], dates: list[dt.date]) -> Came:
    total = _sum(counted)
    return Came(
        brand=brand,
        shown=total["shown"],
        opened=total["opened"],
        outcomes=[Share(each, total[each.value], total[each.value] / total["shown"]) for each in Outcome],
        days=[Day(date, _sum([day for day in counted if day.date == date])) for date in dates],
        places=[
            Place(where, sums) for where in Where if (sums := _sum([d for d in counted if d.where == where]))["shown"]
        ],
    )


def _sum(days: list[AttemptDay]) -> dict[str, int]:
    return {name: sum(getattr(day, name) for day in days) for name in COUNTS}
