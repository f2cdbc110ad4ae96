"""What a month of offering help before a contact has come to, and what was asked that no page answers."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from typing import TYPE_CHECKING

from aspa.kit import clock
from aspa.service.deflection.models import ArticleDay, AttemptDay, Where
from aspa.service.knowledge.models import State, Version
from aspa.service.search.models import Asking

if TYPE_CHECKING:
    from aspa.core.inboxes.models import Brand
    from aspa.demo.cast import Cast

DAYS = 29
# What comes of a hundred attempts in the end.
OUTCOMES = {"helped": 31, "perhaps": 6, "unknown": 18, "gave_up": 12, "went_on": 33}
# How many a day, at most; the articles that were shown the most, the first first.
BUSY = {"villa": 26, "kaisla": 9}
ARTICLES = 12
# What was asked in which place, how often in the month, and how often of these it found nothing.
ASKED = {
    "villa": """
        helpsite | myyttekö lankoja | 14 | 14
        widget | onko teillä lankoja | 6 | 6
        bot | saako opiskelija-alennusta | 9 | 9
        helpsite | opiskelija-alennus | 5 | 5
        desk | kesämökille toimitus | 4 | 4
        desk | kuinka kauan korjaus kestää | 3 | 3
        bot | voiko villapaidan kavennuttaa | 4 | 4
        widget | gluteeniton | 1 | 1
        contact | lähetättekö norjaan | 5 | 5
        helpsite | skickar ni till norge | 3 | 3
        bot | do you have a student discount | 2 | 2
        helpsite | palautus | 61 | 0
        helpsite | toimitusaika | 44 | 0
        widget | missä tilaukseni on | 38 | 2
        desk | takuu | 12 | 0
    """,
    "kaisla": """
        helpsite | lastenpyörän apupyörät | 5 | 5
        widget | vuokraatteko taakkapyöriä | 4 | 4
        desk | jarrupalojen vaihtoväli | 3 | 3
        helpsite | huollon hinta | 21 | 0
    """,
}  # fmt: skip


def tell(cast: Cast) -> None:
    chance = random.Random(6)
    for key, brand in cast.brands.items():
        if key in BUSY:
            _attempts(brand, BUSY[key], chance)
            _articles(brand, BUSY[key], chance)
            _questions(brand, ASKED[key], chance)


def _attempts(brand: Brand, busy: int, chance: random.Random) -> None:
    days = []
    for date in _dates():
        for where, most in ((Where.WIDGET, busy), (Where.CONTACT, busy // 3)):
            # Half as many on a weekend.
            shown = chance.randint(most // 2, most) // (2 if date.weekday() > 4 else 1)
            came = Counter(chance.choices(list(OUTCOMES), list(OUTCOMES.values()), k=shown))
            days.append(AttemptDay(brand=brand, date=date, where=where, shown=shown, opened=shown * 7 // 10, **came))
    AttemptDay.objects.bulk_create(days)


def _articles(brand: Brand, busy: int, chance: random.Random) -> None:
    versions = list(Version.objects.filter(brand=brand, state=State.PUBLISHED, article__audience="all").order_by("pk"))
    days = []
    for place, version in enumerate(versions[:ARTICLES]):
        for date in _dates():
            shown = chance.randint(0, 1 + busy // (2 + place))
            opened = shown * 6 // 10
            days.append(
                ArticleDay(
                    brand=brand, date=date, source="knowledge", key=version.pk, title=version.title, url=version.url(),
                    shown=shown, opened=opened, helped=opened // 2, not_helped=opened // 6, went_on=opened // 4,
                    given=chance.randint(0, 1),
                )
            )  # fmt: skip
    ArticleDay.objects.bulk_create(days)


def _questions(brand: Brand, asked: str, chance: random.Random) -> None:
    rows = []
    for line in asked.strip().splitlines():
        where, text, times, nothing = (cell.strip() for cell in line.split("|"))
        date = clock.now().date() - dt.timedelta(days=chance.randint(1, 9))
        rows.append(
            Asking(brand=brand, date=date, where=where, text=text, times=int(times), found_nothing=int(nothing))
        )
    Asking.objects.bulk_create(rows)


def _dates() -> list[dt.date]:
    """Up to yesterday: what began today isn't over."""
    today = clock.now().date()
    return [today - dt.timedelta(days=ago) for ago in range(DAYS, 0, -1)]
