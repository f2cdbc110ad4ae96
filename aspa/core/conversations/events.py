"""The journal's front door: verbs record events here, readers go through them by cursor."""

from __future__ import annotations

import dataclasses
import json
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import connection, transaction
from django.db.models import Max, Min

from aspa.core.conversations.models import Event, SubscriberCursor
from aspa.core.conversations.rows import insert
from aspa.kit import clock
from aspa.kit.bus import bus

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from aspa.core.conversations.models import Conversation, Message
    from aspa.core.people.models import Agent

JOURNAL = "journal"

COLUMNS = ("conversation_id", "inbox_id", "kind", "message_id", "agent_id", "by_contact", "data", "created_at")


# An event's place on PostgreSQL is its transaction. One that began early but waited for the conversation may have a
# lower id than the one it waited for: then it stands beside that one, so that a conversation's events keep the order
# in which they became true. Readers still skip nothing, since the place is never below the own transaction.
def tx_of(conversation: str) -> str:
    return (
        "(SELECT greatest(pg_current_xact_id()::text::bigint, max(tx)) FROM conversations_event"  # noqa: S608 (ours)
        f" WHERE conversation_id = {conversation})"
    )


TX = tx_of("%s")


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
        place = cls(int(tx), int(event))
        if max(place) >= 2**63:
            raise ValueError("That is not a place in the journal.")
        return place


def record(
    conversation: Conversation,
    kind: Event.Kind,
    *,
    agent: Agent | None = None,
    by_contact: bool = False,
    message: Message | None = None,
    **data: Any,
) -> None:
    """Write an event in the transaction of the caller, who holds the conversation; readers wake when it commits.

    `data` is JSON.
    """
    _write(
        [
            (
                conversation.pk, conversation.inbox_id, kind.value, message and message.pk, agent and agent.pk,
                by_contact, json.dumps(data), clock.now(),
            )
        ]
    )  # fmt: skip


def record_received(messages: Sequence[Message]) -> None:
    """The same for a batch of the customers' messages. `begins` in the data marks the first of a conversation."""
    received = Event.Kind.RECEIVED.value
    begun: set[int] = set()
    rows = []
    for message in messages:
        conversation, data = message.conversation, "{}"
        if conversation.created_at == message.created_at and conversation.pk not in begun:
            begun.add(conversation.pk)
            data = BEGINS
        # The conversation's inbox, which says who may read it: a merge can have led the message to another one's.
        rows.append(
            (conversation.pk, conversation.inbox_id, received, message.pk, None, True, data, message.created_at)
        )
    _write(rows)


BEGINS = '{"begins": true}'


def record_activities(lines: Sequence[tuple[Conversation, int, dict[str, Any]]], at: dt.datetime) -> None:
    """The same for activity lines written together: (conversation, message's id, its values)."""
    activity = Event.Kind.ACTIVITY.value
    _write(
        [
            (conversation.pk, conversation.inbox_id, activity, message_id, None, False, json.dumps(values), at)
            for conversation, message_id, values in lines
        ]
    )


def _write(rows: Sequence[tuple[Any, ...]]) -> None:
    if is_postgresql():
        rows = [(row[0], *row) for row in rows]
        insert("conversations_event", ("tx", *COLUMNS), rows, marks=(TX, *["%s"] * len(COLUMNS)))
    else:
        insert("conversations_event", COLUMNS, rows)
    announce()


def announce() -> None:
    """Wake the journal's readers when the caller's transaction has committed."""
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
    # A comparison of pairs is what both databases answer from the index.
    events = Event.objects.extra(where=where, params=values).order_by("tx", "id")  # noqa: S610
    if conversation_ids is not None:
        events = events.filter(conversation_id__in=conversation_ids)
    return list(events[:limit])


class Entry(NamedTuple):
    """An event as subscribers get it: a plain row, since they are given every message of a busy hour."""

    tx: int
    pk: int
    conversation_id: int
    inbox_id: int
    kind: str
    message_id: int | None
    agent_id: int | None
    by_contact: bool
    data: dict[str, Any]


@dataclasses.dataclass(frozen=True)
class Stretch:
    """A piece of the journal: what is after `after`, up to and with `until`.

    It is read once for all who ask for something that is in it.

    `kinds`: those that occur in it.
    """

    after: Cursor
    until: Cursor
    kinds: frozenset[str]

    def of(self, *kinds: str) -> list[Entry]:
        """The events of these kinds, in order."""
        return [] if self.kinds.isdisjoint(kinds) else [entry for entry in self._entries if entry.kind in kinds]

    def read(self) -> None:
        """Read it now."""
        _ = self._entries

    @cached_property
    def _entries(self) -> list[Entry]:
        found = self._select("tx, id, conversation_id, inbox_id, kind, message_id, agent_id, by_contact, data")
        # Most say nothing more, and that needs no parsing.
        return [Entry._make((*row, {} if data == "{}" else json.loads(data))) for *row, data in found]

    def begun(self, most: int) -> tuple[dict[int, int], Cursor]:
        """The first conversations that customers began, at most so many, with their first messages; how far that leads."""
        if Event.Kind.RECEIVED not in self.kinds:
            return {}, self.until
        columns = "conversation_id, message_id, tx, id"
        found = self._select(columns, "AND kind = %s AND data = %s", Event.Kind.RECEIVED, BEGINS, limit=most)
        begun = {conversation: message for conversation, message, _tx, _id in found}
        return begun, Cursor(*found[-1][2:]) if len(found) == most else self.until

    def _select(self, columns: str, more: str = "", *values: str, limit: int = 0) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {columns} FROM conversations_event WHERE (tx, id) > (%s, %s) AND (tx, id) <= (%s, %s)"  # noqa: S608
                f" {more} ORDER BY tx, id {f'LIMIT {limit:d}' if limit else ''}",
                [*self.after, *self.until, *values],
            )
            return cursor.fetchall()


def stretch_after(after: Cursor, most: int) -> tuple[Stretch | None, bool]:
    """The next events, at most so many, as far as they are settled; None without any. And whether there are more."""
    where, settled = "(tx, id) > (%s, %s)", " AND tx < pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
    if is_postgresql():
        where += settled
    query = f"SELECT tx, id FROM conversations_event WHERE {where} ORDER BY"  # noqa: S608 (ours)
    with connection.cursor() as cursor:
        cursor.execute(f"{query} tx DESC, id DESC LIMIT 1", [*after])
        newest = cursor.fetchone()
        if newest is None:
            return None, False
        cursor.execute(f"{query} tx, id LIMIT 1 OFFSET {most - 1:d}", [*after])
        last = cursor.fetchone()
        until = Cursor(*(last or newest))
        cursor.execute(
            "SELECT DISTINCT kind FROM conversations_event WHERE (tx, id) > (%s, %s) AND (tx, id) <= (%s, %s)",
            [*after, *until],
        )
        kinds = frozenset(kind for (kind,) in cursor.fetchall())
    return Stretch(after, until, kinds), last is not None


def is_unsettled(after: Cursor) -> bool:
    """Are there committed events after the cursor that `read_after` doesn't give yet? Never on SQLite."""
    if connection.vendor != "postgresql":
        return False
    return Event.objects.extra(where=["(tx, id) > (%s, %s)"], params=[*after]).exists()


def rebase() -> int:
    """Move the whole journal below this database's first transaction, and its subscribers with it. Returns how many
    events were moved.

    Transaction ids start again when data is restored into another server, so old events would stand after new ones, and
    subscribers would wait for years where the old server had come to. `aspa migrate` calls this; it does nothing when
    the order is sound. Whoever else keeps a place moves it when events were moved.
    """
    if connection.vendor != "postgresql":
        return Event.objects.filter(tx__gt=0).update(tx=0)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint")
        (next_tx,) = cursor.fetchone()
        ahead = [model.objects.filter(tx__gt=next_tx) for model in (Event, SubscriberCursor)]
        if not any(found.exists() for found in ahead):
            return 0
        for subscriber in SubscriberCursor.objects.filter(tx__gt=0):
            subscriber.tx, subscriber.event = 0, _last_followed(Cursor(subscriber.tx, subscriber.event))
            subscriber.save(update_fields=["tx", "event"])
        return Event.objects.filter(tx__gt=0).update(tx=0)


def _last_followed(place: Cursor) -> int:
    """The number up to which everything was before the place. What comes after it is followed once more."""
    after = Event.objects.extra(where=["(tx, id) > (%s, %s)"], params=[*place]).aggregate(first=Min("pk"))["first"]
    newest: int = Event.objects.aggregate(newest=Max("pk"))["newest"] or 0
    return newest if after is None else int(after) - 1


def is_postgresql() -> bool:
    return connection.vendor == "postgresql"
