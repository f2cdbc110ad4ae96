"""Subscribers read the journal in order, in batches, at least once; each has its place in the database.

A handler gets a list of events of the kinds it asks for and must be safe to run twice. A batch that fails is tried again, later and later,
and holds up only its own subscriber. Resetting a cursor makes the subscriber build anew what it owns.
"""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Callable, Sequence

from django.db import connection, transaction

from aspa.core.conversations import events
from aspa.core.conversations.events import Cursor, Entry
from aspa.core.conversations.models import SubscriberCursor

logger = logging.getLogger(__name__)

Handler = Callable[[Sequence[Entry]], None]

BATCH = 500


@dataclasses.dataclass(frozen=True, slots=True)
class Subscriber:
    """`handle` is called with the events of these kinds; the others are passed over inside the database."""

    handle: Handler
    kinds: frozenset[str]


def run_once(name: str, subscriber: Subscriber, *, batch: int = BATCH) -> int:
    """Hand the next batch to a subscriber; returns how many events it had. Only one process at a time serves a name."""
    place, _created = SubscriberCursor.objects.get_or_create(name=name)
    here = Cursor(place.tx, place.event)
    until = events.newest_after(here)
    if until is None:
        # Nothing to do is the usual case, and it takes no lock.
        return 0
    # Read before the lock, which on SQLite is the one that customers' messages wait for.
    found = events.read_kinds(subscriber.kinds, here, until, batch)
    if len(found) == batch:
        until = Cursor(found[-1].tx, found[-1].pk)
    with transaction.atomic():
        locked = SubscriberCursor.objects.select_for_update(skip_locked=_skips_locked())
        place_now = locked.filter(name=name, tx=here.tx, event=here.id).first()
        if place_now is None:
            # Another process serves it, or has done so meanwhile.
            return 0
        if found:
            subscriber.handle(found)
        place_now.tx, place_now.event, place_now.failures = *until, 0
        place_now.save()
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
