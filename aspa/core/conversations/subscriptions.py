"""Subscribers read the journal in order, in batches, at least once; each has its place in the database.

A handler gets a stretch of the journal, reads of it what it wants, and must be safe to run twice. A batch that fails
is tried again, later and later, and holds up only its own subscriber. Resetting a cursor makes the subscriber build
anew what it owns.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.db import connection, transaction

from aspa.core.conversations import events
from aspa.core.conversations.events import Cursor, Stretch
from aspa.core.conversations.models import SubscriberCursor

logger = logging.getLogger(__name__)

# It returns how far it has come, or None when that is all of the stretch.
Handler = Callable[[Stretch], Cursor | None]

BATCH = 1000


def run_once(name: str, handler: Handler, *, batch: int = BATCH) -> bool:
    """Hand the next batch to a subscriber; returns whether more waits. Only one process at a time serves a name."""
    seen, _created = SubscriberCursor.objects.get_or_create(name=name)
    here = Cursor(seen.tx, seen.event)
    stretch, more = events.stretch_after(here, batch)
    if stretch is None:
        # Nothing to do is the usual case, and it takes no lock.
        return False
    with transaction.atomic():
        unlocked = SubscriberCursor.objects.select_for_update(skip_locked=_skips_locked())
        place = unlocked.filter(name=name, tx=here.tx, event=here.id).first()
        if place is None:
            # Another process serves it, or has done so meanwhile.
            return False
        until = handler(stretch) or stretch.until
        place.tx, place.event, place.failures = *until, 0
        place.save()
    return more or until != stretch.until


def note_failure(name: str) -> int:
    """Count a failed batch; returns how many seconds to wait before the next try, at most five minutes."""
    place = SubscriberCursor.objects.get(name=name)
    place.failures += 1
    place.save(update_fields=["failures"])
    logger.exception("Subscriber %s failed at %s.%s, try %s", name, place.tx, place.event, place.failures)
    return min(300, 2 ** min(place.failures, 9))


def reset(name: str) -> None:
    """Send a subscriber back to the beginning of the journal."""
    SubscriberCursor.objects.filter(name=name).update(tx=0, event=0, failures=0)


def _skips_locked() -> bool:
    return connection.features.has_select_for_update_skip_locked
