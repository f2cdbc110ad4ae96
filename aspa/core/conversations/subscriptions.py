"""Subscribers read the journal in order, in batches, at least once; each has its place in the database.

A handler gets a list of events and must be safe to run twice. A batch that fails is tried again, later and later,
and holds up only its own subscriber. Resetting a cursor makes the subscriber build anew what it owns.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.db import connection, transaction

from aspa.core.conversations import events
from aspa.core.conversations.models import Event, SubscriberCursor

logger = logging.getLogger(__name__)

Handler = Callable[[list[Event]], None]

BATCH = 200


def run_once(name: str, handler: Handler, *, batch: int = BATCH) -> int:
    """Hand the next batch to a subscriber; returns how many events it had. Only one process at a time serves a name."""
    seen, _created = SubscriberCursor.objects.get_or_create(name=name)
    if not events.read_after(events.Cursor(seen.tx, seen.event), 1):
        # Nothing to do is the usual case, and it takes no lock.
        return 0
    with transaction.atomic():
        place = SubscriberCursor.objects.select_for_update(skip_locked=_skips_locked()).filter(name=name).first()
        if place is None:
            return 0
        found = events.read_after(events.Cursor(place.tx, place.event), batch)
        if not found:
            return 0
        handler(found)
        place.tx, place.event, place.failures = found[-1].tx, found[-1].pk, 0
        place.save()
    return len(found)


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
