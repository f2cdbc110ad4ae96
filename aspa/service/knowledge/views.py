"""How often articles are opened: figures by the day, and nothing of who it was.

A page that is shown adds to a figure in this process's memory. What has gathered there is written by a task, at most once
a minute; what a process that is stopped had gathered in its last minute is not counted.
"""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections import Counter
from threading import Lock

from django.db import OperationalError, transaction
from django.db.models import F
from django.db.models.functions import Greatest

from aspa.kit import clock
from aspa.service.knowledge.models import DayOfViews, Version

logger = logging.getLogger(__name__)

PAUSE = 60  # seconds
OF_LATE = dt.timedelta(days=30)
FORGOTTEN_AT_ONCE = 500

_lock = Lock()
_gathered: Counter[int] = Counter()
_written_at = time.monotonic()


def note(version_id: int) -> None:
    """Somebody has opened it."""
    with _lock:
        _gathered[version_id] += 1
        is_time = time.monotonic() - _written_at >= PAUSE
    if is_time:
        hand_over()


def hand_over() -> None:
    """Have what has gathered written; when the database is too busy it waits for the next time."""
    from aspa.service.knowledge.tasks import add_views

    global _written_at
    with _lock:
        taken, _written_at = dict(_gathered), time.monotonic()
        _gathered.clear()
    if not taken:
        return
    try:
        add_views.enqueue(opened=sorted(taken.items()), day=clock.now().date().isoformat())
    except OperationalError:
        logger.info("How often articles were opened couldn't be handed over yet")
        with _lock:
            _gathered.update(taken)


def forget() -> None:
    """For tests: nothing has gathered yet."""
    global _written_at
    with _lock:
        _gathered.clear()
        _written_at = time.monotonic()


@transaction.atomic
def add(opened: dict[int, int], day: dt.date) -> None:
    # One after the other, in the order of their keys: several processes' figures don't wait for one another without end.
    for version in Version.objects.select_for_update().filter(pk__in=opened).only("pk").order_by("pk"):
        count = opened[version.pk]
        Version.objects.filter(pk=version.pk).update(views=F("views") + count)
        if not DayOfViews.objects.filter(version=version, day=day).update(count=F("count") + count):
            DayOfViews.objects.create(version=version, day=day, count=count)


def forget_old() -> None:
    """What was opened long ago doesn't make it read most today; every night."""
    old = DayOfViews.objects.filter(day__lt=(clock.now() - OF_LATE).date()).order_by("day", "pk")
    while days := list(old[:FORGOTTEN_AT_ONCE]):
        with transaction.atomic():
            for one in days:
                Version.objects.filter(pk=one.version_id).update(views=Greatest(F("views") - one.count, 0))
            DayOfViews.objects.filter(pk__in=[one.pk for one in days]).delete()
