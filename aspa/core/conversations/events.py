"""The journal's front door: verbs record events here, readers go through them by cursor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import connection, transaction

from aspa.core.conversations.models import Event
from aspa.kit import clock
from aspa.kit.bus import bus

if TYPE_CHECKING:
    from aspa.core.conversations.models import Conversation, Message
    from aspa.core.people.models import Agent

JOURNAL = "journal"


class Cursor(NamedTuple):
    """A place in the journal. Written "tx.id"; opaque to clients."""

    tx: int
    id: int

    def __str__(self) -> str:
        return f"{self.tx}.{self.id}"

    @classmethod
    def parse(cls, text: str) -> Cursor:
        """Raises ValueError for anything that isn't a cursor."""
        tx, dot, event = text.partition(".")
        if not (dot and tx.isascii() and tx.isdigit() and event.isascii() and event.isdigit() and len(text) < 40):
            raise ValueError("That is not a place in the journal.")
        return cls(int(tx), int(event))


def record(
    conversation: Conversation,
    kind: Event.Kind,
    *,
    agent: Agent | None = None,
    by_contact: bool = False,
    message: Message | None = None,
    **data: Any,
) -> Event:
    """Write an event in the caller's transaction and wake the readers when it commits."""
    event = Event.objects.create(
        conversation=conversation,
        inbox_id=conversation.inbox_id,
        kind=kind,
        message=message,
        agent=agent,
        by_contact=by_contact,
        data=data,
        created_at=clock.now(),
    )
    announce()
    return event


def announce() -> None:
    """Tell every process, after the commit, that the journal has grown."""
    transaction.on_commit(lambda: bus.publish(JOURNAL, {}))


def head() -> Cursor:
    """Where the journal ends now. Whatever commits from now on is read after it; take it before a snapshot."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
            return Cursor(cursor.fetchone()[0], 0)
        cursor.execute("SELECT coalesce(max(id), 0) FROM conversations_event")
        return Cursor(0, cursor.fetchone()[0])


def read_after(after: Cursor, limit: int = 500, *, conversation_ids: list[int] | None = None) -> list[Event]:
    """The next events in order, oldest first, at most `limit`.

    On PostgreSQL only up to the oldest transaction that is still open: one that commits later can't slip in behind a
    reader (`pg_snapshot_xmin`).
    """
    where, values = ["(tx, id) > (%s, %s)"], [*after]
    if connection.vendor == "postgresql":
        where.append("tx < pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
    events = Event.objects.extra(where=where, params=values).order_by("tx", "id")
    if conversation_ids is not None:
        events = events.filter(conversation_id__in=conversation_ids)
    return list(events[:limit])


def rebase() -> int:
    """Move the whole journal below this database's first transaction. Returns how many events were moved.

    Transaction ids start again when data is restored into another server, so old events would stand after new ones.
    `aspa migrate` calls this; it does nothing when the order is sound.
    """
    if connection.vendor != "postgresql":
        return Event.objects.filter(tx__gt=0).update(tx=0)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint")
        (next_tx,) = cursor.fetchone()
        if not Event.objects.filter(tx__gt=next_tx).exists():
            return 0
        return Event.objects.filter(tx__gt=0).update(tx=0)
