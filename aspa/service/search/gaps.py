"""What was asked and what wasn't found: by day and place, without anything that says who asked."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from django.db import connection
from django.db.models import Sum
from django.utils import timezone

from aspa.kit import clock
from aspa.kit.redaction import redact
from aspa.service.privacy import numbers
from aspa.service.search.models import Asking

# Letters of a question that are kept.
LONGEST = 120
# Different questions of a brand that are kept on one day from one place: whoever floods the search doesn't fill the disk.
MOST_A_DAY = 2000
KEPT = dt.timedelta(days=400)
BLANKS = re.compile(r"\s+")
# Of orders, customers, telephones: nothing that is worth an article.
NUMBER = re.compile(r"\S*\d[\d\s-]{3,}\d\S*")
PERSONAL = re.compile(r"<(?:email|phone|token|jwt)>|\S+@\S+")
NOTE = """
    INSERT INTO search_asking (brand_id, date, "where", text, times, found_nothing) VALUES (%s, %s, %s, %s, 1, %s)
    ON CONFLICT (brand_id, date, "where", text)
    DO UPDATE SET times = search_asking.times + 1, found_nothing = search_asking.found_nothing + excluded.found_nothing
"""


@dataclass(frozen=True, slots=True)
class Gap:
    """A question: how often it was asked and how often it found nothing."""

    text: str
    times: int
    found_nothing: int


def note(brand_id: int, text: str, *, where: str, found: int) -> None:
    """Count a question, if anything of it is left without what is personal."""
    kept = cleaned(text)
    today = timezone.localdate(clock.now())
    if not kept or Asking.objects.filter(brand=brand_id, date=today, where=where).count() >= MOST_A_DAY:
        return
    with connection.cursor() as cursor:
        cursor.execute(NOTE, [brand_id, today, where, kept, int(found == 0)])


def cleaned(text: str) -> str:
    """In small letters, without addresses, telephone numbers, identity codes and other long numbers."""
    found = numbers.find(text, tuple(numbers.Kind))
    for one in reversed(found):
        text = text[: one.start] + " " + text[one.end :]
    text = NUMBER.sub(" ", PERSONAL.sub(" ", redact(text)))
    return BLANKS.sub(" ", text).strip().casefold()[:LONGEST].strip()


def questions(brand_id: int, since: dt.date, *, most: int) -> list[Gap]:
    """What was asked since then and not found, first what found nothing most often."""
    rows = Asking.objects.filter(brand=brand_id, date__gte=since, found_nothing__gt=0).values("text")
    found = rows.annotate(all_times=Sum("times"), nothing=Sum("found_nothing"))
    return [
        Gap(row["text"], row["all_times"], row["nothing"])
        for row in found.order_by("-nothing", "-all_times", "text")[:most]
    ]


def forget() -> None:
    """What was asked long ago."""
    Asking.objects.filter(date__lt=timezone.localdate(clock.now()) - KEPT).delete()
