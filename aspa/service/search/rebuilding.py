"""The index made anew while the old one answers: another generation beside it, which takes its place when it is whole.

What changes meanwhile is written into both. How far it has come is kept, so a restart goes on where it was.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import F, Q

from aspa.kit import clock
from aspa.service.search import indexing
from aspa.service.search.documents import Document, sources
from aspa.service.search.indexing import Row
from aspa.service.search.models import Entry, State, Term
from aspa.service.search.words.normaliser import NORMALISER

# Documents written, and rows taken away, in one transaction; on SQLite customers' messages wait that long.
AT_ONCE, TAKEN = 25, 500
# So long the old generation stays: searches that began with it may still be reading.
LINGERS = dt.timedelta(minutes=1)


def ask() -> None:
    """Have everything indexed anew, soon."""
    from aspa.service.search.tasks import keep_up

    with transaction.atomic():
        now = indexing.alone()
        State.objects.filter(pk=now.pk).update(is_wanted=True)
        keep_up.enqueue()


def build_some() -> bool:
    """Another batch of what is to be made anew, or to be taken away; whether there was any."""
    # Read and made terms of before the transaction: on SQLite customers' messages would wait for it.
    read = indexing.state()
    documents = _following(read)
    rows = [indexing.row(one) for one in documents]
    with transaction.atomic():
        now = indexing.alone()
        if now.is_wanted or NORMALISER not in (now.normaliser, now.building_by):
            _begin(now)
            return True
        if now.building is not None:
            # What has been written into the index since then may be newer than what was read.
            if _reached(now) == _reached(read):
                _go_on(now, rows)
            return True
        return _take_away(now)


def _reached(one: State) -> tuple[int | None, str, int, int]:
    return one.building, one.source, one.reached, one.revision


def _following(now: State) -> list[Document]:
    source = sources.get(now.source) if now.building is not None else None
    return source.after(now.reached, AT_ONCE) if source else []


def _begin(now: State) -> None:
    """Whatever was being built is given up for it."""
    State.objects.filter(pk=now.pk).update(
        building=max(now.generation, now.building or 0) + 1,
        building_by=NORMALISER,
        source="",
        reached=0,
        is_wanted=False,
    )


def _go_on(now: State, rows: list[Row]) -> None:
    if rows:
        # Some have changed since it began, and are there already.
        keys = {one.key for one, *_terms in rows}
        indexing.put(now.building or 0, now.source, keys, rows, now.revision + 1)
        State.objects.filter(pk=now.pk).update(reached=max(keys), revision=F("revision") + 1)
        return
    following = min((name for name in sources if name > now.source), default=None)
    if following is None:
        _finish(now)
    else:
        State.objects.filter(pk=now.pk).update(source=following, reached=0)


def _finish(now: State) -> None:
    State.objects.filter(pk=now.pk).update(
        generation=now.building, normaliser=now.building_by, building=None, building_by="", answers_since=clock.now()
    )


def _take_away(now: State) -> bool:
    """Rows of generations that neither answer nor are being built."""
    if now.answers_since and clock.now() - now.answers_since < LINGERS:
        return False
    for rows in (Entry.objects, Term.objects):
        others = rows.filter(~Q(generation=now.generation)).values_list("pk", flat=True)[:TAKEN]
        gone = rows.filter(pk__in=list(others)).delete()[0]
        if gone:
            return True
    return False
