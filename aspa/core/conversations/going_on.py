"""What nearly every message does: a customer we know goes on with the conversation that is open.

Such messages are stored with a handful of statements, always the same ones however many there are, and answered from
plain rows: instances of models would take most of the time. The rows travel as one JSON value, which both databases
take apart faster than as many parameters. Everything that isn't quite so is left to `intake`.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

import orjson
from django.db import connection

from aspa.core.conversations import events
from aspa.core.conversations.models.conversation import FIRST_REFERENCE
from aspa.core.conversations.received import ConversationRow, MessageRow, Received
from aspa.core.conversations.rows import by_id
from aspa.core.inboxes.channel import Inbound, channels
from aspa.core.people.models import Agent
from aspa.kit import clock, text

# (inbox, kind of identity, value)
Key = tuple[int, str, str]
Row = tuple[object, ...]


class Open(NamedTuple):
    """A customer's conversation that a message goes on with; locked."""

    inbox_id: int
    value: str
    channel: str
    pk: int
    contact_id: int
    assignee_id: int | None
    agent_read_id: int
    contact_read_id: int
    reference_prefix: str


def store(inbounds: Sequence[Inbound]) -> dict[int, Received]:
    """Store those of the items that simply go on, in the transaction of the caller; by their places among the items.

    Raises IntegrityError when one of them had been received before: then all have to be stored in the thorough way.
    """
    usual = _usual(inbounds)
    if not usual:
        return {}
    conversations = _conversations(usual)
    items = [
        (place, inbounds[place], conversations[key])
        for key, places in usual.items()
        if key in conversations
        for place in places
    ]
    if not items:
        return {}
    # The order in which they came, also within each conversation.
    items.sort(key=lambda item: item[0])
    texts = [text.clean(inbound.text) for _, inbound, _ in items]
    now = clock.now()
    ids = _write(items, texts, now)
    agents = by_id(Agent, {found.assignee_id for _, _, found in items if found.assignee_id})
    return {
        place: Received(
            MessageRow(pk, found.contact_id, words, inbound.client_id or None, now),
            ConversationRow(
                found.pk,
                f"{found.reference_prefix}-{FIRST_REFERENCE + found.pk}",
                found.assignee_id,
                agents.get(found.assignee_id or 0),
                found.agent_read_id,
                found.contact_read_id,
            ),
            is_new=True,
        )
        for (place, inbound, found), words, pk in zip(items, texts, ids, strict=True)
    }


def _usual(inbounds: Sequence[Inbound]) -> dict[Key, list[int]]:
    """The places of the items that say nothing but words, by who says them, who has to have proved it."""
    usual: defaultdict[Key, list[int]] = defaultdict(list)
    unusual: set[tuple[str, str]] = set()
    for place, inbound in enumerate(inbounds):
        sender = inbound.sender
        identity = sender.identity
        if (
            not identity.verified_how
            or sender.claims
            or sender.name
            or inbound.attachments
            or inbound.another
            or inbound.conversation_id
            or inbound.automatic
            or inbound.spam
        ):
            unusual.update((claim.kind, claim.value) for claim in (identity, *sender.claims))
        else:
            usual[inbound.inbox_id, identity.kind, identity.value].append(place)
    if unusual:
        # What somebody writes after something unusual in the same batch has to be stored after it.
        return {key: places for key, places in usual.items() if key[1:] not in unusual}
    return usual


def _conversations(keys: Collection[Key]) -> dict[Key, Open]:
    """The newest conversation of each, as long as it is open; locked in the order of their ids."""
    by_kind: defaultdict[tuple[int, str], list[str]] = defaultdict(list)
    for inbox_id, kind, value in keys:
        by_kind[inbox_id, kind].append(value)
    threaded = {channel.key for channel in channels() if channel.capabilities.threaded}
    found: dict[Key, Open] = {}
    # A kind at a time: for rows of values SQLite would read the whole index.
    for (inbox_id, kind), values in sorted(by_kind.items()):
        for row in map(Open._make, _newest_open(inbox_id, kind, values)):
            # In those a message says itself what it continues.
            if row.channel not in threaded:
                found[inbox_id, kind, row.value] = row
    return found


def _newest_open(inbox_id: int, kind: str, values: list[str]) -> Sequence[Sequence[Any]]:
    with connection.cursor() as cursor:
        if events.is_postgresql():
            cursor.execute(NEWEST_OPEN_LOCKED, [kind, values, inbox_id])
            return list(cursor.fetchall())
        cursor.execute(_newest_open_of(len(values)), [kind, *values, inbox_id])
        rows: list[list[Any]] = orjson.loads(cursor.fetchone()[0])
        return rows


@cache
def _newest_open_of(count: int) -> str:
    # As one value: for each row that is fetched the thread has to get hold of the interpreter again.
    return NEWEST_OPEN.format(
        columns=f"json_group_array(json_array({OPEN}))", among=f"IN ({','.join(['%s'] * count)})", locked=""
    )


def _write(items: Sequence[tuple[int, Inbound, Open]], texts: Sequence[str], now: dt.datetime) -> list[int]:
    """Messages, conversations and events; the ids of the messages in the order of the items."""
    rows = [
        (found.pk, found.inbox_id, found.contact_id, words, item.html, item.external_id, item.client_id or None)
        for (_, item, found), words in zip(items, texts, strict=True)
    ]
    # Of each conversation the newest message: its place, and what lists show of it.
    last = {found.pk: place for place, (_, _, found) in enumerate(items)}
    previews = {pk: (place, text.preview(texts[place], 140)) for pk, place in last.items()}
    write = _write_together if events.is_postgresql() else _write_in_turn
    ids = write(rows, previews, now)
    events.announce()
    return ids


def _write_together(rows: Sequence[Row], previews: Mapping[int, tuple[int, str]], now: dt.datetime) -> list[int]:
    newest = [(pk, *shown) for pk, shown in previews.items()]
    with connection.cursor() as cursor:
        cursor.execute(TOGETHER, [_json(rows), now, now, now, _json(newest), now])
        return [pk for (pk,) in cursor.fetchall()]


def _write_in_turn(rows: Sequence[Row], previews: Mapping[int, tuple[int, str]], now: dt.datetime) -> list[int]:
    at = connection.ops.adapt_datetimefield_value(now)
    with connection.cursor() as cursor:
        # Nobody else writes until the commit, so the ids are known beforehand and needn't be asked for.
        cursor.execute("SELECT seq + 1 FROM sqlite_sequence WHERE name = 'conversations_message'")
        (first,) = cursor.fetchone() or (1,)
        newest = [(pk, first + place, preview) for pk, (place, preview) in previews.items()]
        cursor.execute(MESSAGES, [first, at, _json(rows)])
        cursor.execute(CONVERSATIONS, [at, at, _json(newest)])
        cursor.execute(EVENTS, [at, first, _json(rows)])
    return list(range(first, first + len(rows)))


def _json(rows: Sequence[Row]) -> str:
    return orjson.dumps(rows).decode()


def _parts(count: int) -> str:
    return ", ".join(f"json_extract(value, '$[{number}]')" for number in range(count))


# The newest conversations of some customers in an inbox, those that are open.
OPEN = """
    inbox.id, identity.value, inbox.channel, conversation.id, conversation.contact_id,
    conversation.assignee_id, conversation.agent_read_id, conversation.contact_read_id, brand.reference_prefix
"""
NEWEST_OPEN = """
    SELECT {columns}
    FROM inboxes_inbox inbox
    JOIN people_identity identity ON identity.brand_id = inbox.brand_id AND identity.kind = %s
        AND identity.value {among} AND identity.verified_at IS NOT NULL
    JOIN conversations_conversation conversation ON conversation.id = (
        SELECT max(newest.id) FROM conversations_conversation newest
        WHERE newest.contact_id = identity.contact_id AND newest.inbox_id = inbox.id
    )
    JOIN inboxes_brand brand ON brand.id = conversation.brand_id
    WHERE inbox.id = %s AND conversation.status <> 'closed' {locked}
"""
NEWEST_OPEN_LOCKED = NEWEST_OPEN.format(
    columns=OPEN, among="= ANY(%s)", locked="ORDER BY conversation.id FOR NO KEY UPDATE OF conversation"
)

# What the rows hold, and what is the same in all of them.
ROW = "conversation_id, inbox_id, contact_id, text, html, external_id, client_id"
SAME = "created_at, kind, is_public, code, data, has_attachments, state, state_reason"
EVENT = "created_at, kind, by_contact, data, message_id, conversation_id, inbox_id"
CHANGED = """
    status = 'open', last_activity_at = %s, waiting_since = coalesce(waiting_since, %s),
    preview_kind = 'incoming', snoozed_until = NULL, solved_asked_at = NULL
"""

# On SQLite one after the other.
MESSAGES = f"""
    INSERT INTO conversations_message (id, {SAME}, {ROW})
    SELECT %s + key, %s, 'incoming', TRUE, '', '{{}}', FALSE, 'stored', '', {_parts(7)} FROM json_each(%s)
"""  # noqa: S608 (all of it is ours)
CONVERSATIONS = f"""
    UPDATE conversations_conversation SET {CHANGED}, preview = json_extract(newest.value, '$[2]'),
        last_message_id = json_extract(newest.value, '$[1]'), last_incoming_id = json_extract(newest.value, '$[1]')
    FROM json_each(%s) newest WHERE conversations_conversation.id = json_extract(newest.value, '$[0]')
"""  # noqa: S608
EVENTS = f"""
    INSERT INTO conversations_event ({EVENT})
    SELECT %s, 'received', TRUE, '{{}}', %s + key, {_parts(2)} FROM json_each(%s)
"""  # noqa: S608

# On PostgreSQL all at once: each way to the server and back costs as much as several rows.
TOGETHER = f"""
    WITH given AS (
        SELECT place, (row->>0)::bigint AS conversation_id, (row->>1)::bigint AS inbox_id,
            (row->>2)::bigint AS contact_id, row->>3 AS text, row->>4 AS html, row->>5 AS external_id,
            row->>6 AS client_id
        FROM jsonb_array_elements(%s::jsonb) WITH ORDINALITY AS rows(row, place)
    ), message AS (
        INSERT INTO conversations_message ({SAME}, {ROW})
        SELECT %s, 'incoming', TRUE, '', '{{}}'::jsonb, FALSE, 'stored', '', {ROW} FROM given ORDER BY place
        RETURNING id, conversation_id, inbox_id
    ), written AS (
        SELECT *, row_number() OVER (ORDER BY id) - 1 AS place FROM message
    ), conversation AS (
        UPDATE conversations_conversation SET {CHANGED}, preview = newest.value->>2,
            last_message_id = written.id, last_incoming_id = written.id
        FROM jsonb_array_elements(%s::jsonb) AS newest JOIN written ON written.place = (newest.value->>1)::bigint
        WHERE conversations_conversation.id = written.conversation_id
    ), event AS (
        INSERT INTO conversations_event (tx, {EVENT})
        SELECT {events.tx_of("written.conversation_id")}, %s, 'received', TRUE, '{{}}'::jsonb, id, conversation_id, inbox_id
        FROM written ORDER BY id
    )
    SELECT id FROM written ORDER BY id
"""  # noqa: S608
