"""Subscribers read the journal in order, in batches, at least once; each has its place in the database.

A handler gets a stretch of the journal, reads of it what it wants, and must be safe to run twice. A batch that fails
is tried again, later and later, and holds up only its own subscriber. Resetting a cursor makes the subscriber build
anew what it owns.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Mapping
from threading import Event
from typing import NamedTuple

from django.db import connection, transaction

from aspa.core.conversations import events
from aspa.core.conversations.events import Cursor, Stretch
from aspa.core.conversations.models import SubscriberCursor
from aspa.kit import clock
from aspa.kit.bus import bus

logger = logging.getLogger(__name__)

# It returns how far it has come, or None when that is all of the stretch.
Handler = Callable[[Stretch], Cursor | None]

# Told on the bus when somebody waits for what a subscriber does, and noted where they run.
HURRY = "hurry"
hurried = Event()

# What a pass costs depends little on how much it reads.
BATCH = 4000


class Passed(NamedTuple):
    """What came of a pass: whether more waits for somebody, and whose handlers failed."""

    more: bool
    failed: dict[str, Exception]


def run_all(handlers: Mapping[str, Handler], *, batch: int = BATCH) -> Passed:
    """Hand each of these subscribers its next batch.

    All in one transaction, since each commit is one that the customers' own wait for on SQLite. When it fails they go
    one by one, so that the one at fault holds up nobody else.
    """
    try:
        return Passed(_run(handlers, batch), {})
    except Exception:
        more, failed = False, {}
        for name, handler in handlers.items():
            try:
                more |= _run({name: handler}, batch)
            except Exception as error:
                failed[name] = error
        return Passed(more, failed)


def hurry() -> None:
    """Have the subscribers look soon, in whichever process they run."""
    hurried.set()
    bus.publish(HURRY, {})


def run_once(name: str, handler: Handler, *, batch: int = BATCH) -> bool:
    """Hand the next batch to one subscriber; returns whether more waits. Raises what the handler raises."""
    return _run({name: handler}, batch)


def _run(handlers: Mapping[str, Handler], batch: int) -> bool:
    stretches: dict[Cursor, tuple[Stretch | None, bool]] = {}
    waiting: dict[str, tuple[Stretch, bool]] = {}
    for name, place in _places(handlers).items():
        if place not in stretches:
            stretches[place] = events.stretch_after(place, batch)
        stretch, more = stretches[place]
        if stretch is not None:
            waiting[name] = stretch, more
    for stretch, _more in waiting.values():
        # Read before the lock is taken.
        stretch.read()
    # Nothing to do is the usual case, and it takes no lock.
    return _hand_out(handlers, waiting) if waiting else False


def _places(names: Mapping[str, Handler]) -> dict[str, Cursor]:
    """Where each stands, in the order of the names; new ones at the beginning. Only one process at a time serves a name."""
    found = _cursors(names)
    if len(found) < len(names):
        SubscriberCursor.objects.bulk_create([SubscriberCursor(name=name) for name in names], ignore_conflicts=True)
        found = _cursors(names)
    return {name: found[name] for name in names}


def _cursors(names: Mapping[str, Handler], *, locked: bool = False) -> dict[str, Cursor]:
    chosen = SubscriberCursor.objects.filter(name__in=names)
    if locked:
        chosen = chosen.select_for_update(skip_locked=connection.features.has_select_for_update_skip_locked)
    return {name: Cursor(tx, event) for name, tx, event in chosen.values_list("name", "tx", "event")}


def _hand_out(handlers: Mapping[str, Handler], waiting: Mapping[str, tuple[Stretch, bool]]) -> bool:
    reached: defaultdict[Cursor, list[str]] = defaultdict(list)
    is_more = False
    with transaction.atomic():
        free = _cursors({name: handlers[name] for name in waiting}, locked=True)
        for name, (stretch, more) in waiting.items():
            # Another process may serve it, or have done so meanwhile.
            if free.get(name) != stretch.after:
                continue
            until = handlers[name](stretch) or stretch.until
            reached[until].append(name)
            is_more |= more or until != stretch.until
        for until, names in reached.items():
            SubscriberCursor.objects.filter(name__in=names).update(
                tx=until.tx, event=until.id, failures=0, updated_at=clock.now()
            )
    return is_more


def note_failure(name: str, error: Exception) -> int:
    """Count a failed batch; returns how many seconds to wait before the next try, at most five minutes."""
    place = SubscriberCursor.objects.get(name=name)
    place.failures += 1
    place.save(update_fields=["failures"])
    logger.error("Subscriber %s failed at %s.%s, try %s", name, place.tx, place.event, place.failures, exc_info=error)
    return min(300, 2 ** min(place.failures, 9))


def reset(name: str) -> None:
    """Send a subscriber back to the beginning of the journal."""
    SubscriberCursor.objects.filter(name=name).update(tx=0, event=0, failures=0)
