"""On PostgreSQL all at once: each way to the server and back costs as much as several rows.

Two statements go there together, in a pipeline. The first locks the conversations, the second writes. They can't be one:
a statement sees what was committed when it began, and what has happened in a conversation is known once it is locked.
The first leaves what it found in a setting of the transaction, since the second is on its way before that is known here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from contextlib import nullcontext
from typing import Any

import orjson
from django.db import Error, connection, transaction

from aspa.core.conversations import events
from aspa.core.conversations.going_on.opened import (
    CHANGED,
    COLUMNS,
    EVENT,
    NEWEST,
    PREVIEW,
    ROW,
    SAME,
    Open,
    Usual,
    Written,
)  # fmt: skip
from aspa.kit import text


def store(usual: Sequence[Usual], threaded: Sequence[str], now: dt.datetime) -> list[Written]:
    """Store the items whose customer has an open conversation, but in the threaded channels; all or none."""
    inboxes, kinds, values = zip(*sorted({one.key for one in usual}), strict=True)
    rows = [
        (*one.key, one.text, one.inbound.html, one.inbound.external_id, one.inbound.client_id or None,
         text.preview(one.text, PREVIEW))
        for one in usual
    ]  # fmt: skip
    found, ids = _run(
        (LOCKED, [list(inboxes), list(kinds), list(values), list(threaded)]),
        (WRITTEN, [orjson.dumps(rows).decode(), now, now, now, now]),
    )
    opened = {(inbox_id, kind, value): more for inbox_id, kind, value, *more in orjson.loads(found[0][0])}
    return [(one := usual[place - 1], pk, Open(one.key, *opened[one.key])) for place, pk in ids]


def _run(*statements: tuple[str, list[Any]]) -> list[list[tuple[Any, ...]]]:
    """Run them in one go and give their rows; they are one transaction, whether or not the caller has begun one."""
    cursors = [connection.cursor() for _ in statements]
    begun = connection.in_atomic_block
    try:
        # What a pipeline holds is committed as one where nobody has begun anything.
        with transaction.atomic() if begun else nullcontext(), connection.wrap_database_errors:
            with connection.connection.pipeline():
                for cursor, (statement, values) in zip(cursors, statements, strict=True):
                    cursor.execute(statement, values)
            return [cursor.fetchall() for cursor in cursors]
    except Error:
        if not begun:
            # As the end of a transaction would: a server that has gone may be back for the next ones.
            connection.close_if_unusable_or_obsolete()
        raise


LOCKED = f"""
    SELECT set_config('aspa.going_on', coalesce(json_agg(json_build_array(
        inbox_id, kind, value, pk, contact_id, assignee_id, agent_read_id, contact_read_id, reference_prefix
    ))::text, '[]'), true)
    FROM (
        SELECT asked.*, {COLUMNS.replace("conversation.id", "conversation.id AS pk", 1)}
        FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS asked(inbox_id, kind, value)
        JOIN inboxes_inbox inbox ON inbox.id = asked.inbox_id AND inbox.channel <> ALL(%s::text[])
        JOIN people_identity identity ON identity.brand_id = inbox.brand_id AND identity.kind = asked.kind
            AND identity.value = asked.value AND identity.verified_at IS NOT NULL
        JOIN conversations_conversation conversation ON {NEWEST}
        JOIN inboxes_brand brand ON brand.id = conversation.brand_id
        WHERE conversation.status <> 'closed'
        ORDER BY conversation.id FOR NO KEY UPDATE OF conversation
    ) AS found
"""  # noqa: S608 (all of it is ours)
WRITTEN = f"""
    WITH open AS (
        SELECT (row->>0)::bigint AS inbox_id, row->>1 AS kind, row->>2 AS value, (row->>3)::bigint AS conversation_id,
            (row->>4)::bigint AS contact_id
        FROM jsonb_array_elements(current_setting('aspa.going_on')::jsonb) AS rows(row)
    ), given AS (
        SELECT row_number() OVER (ORDER BY place) AS nth, place, open.conversation_id, open.inbox_id, open.contact_id,
            row->>3 AS text, row->>4 AS html, row->>5 AS external_id, row->>6 AS client_id, row->>7 AS preview
        FROM jsonb_array_elements(%s::jsonb) WITH ORDINALITY AS rows(row, place)
        JOIN open ON open.inbox_id = (row->>0)::bigint AND open.kind = row->>1 AND open.value = row->>2
    ), message AS (
        INSERT INTO conversations_message ({SAME}, {ROW})
        SELECT %s, 'incoming', TRUE, '', '{{}}'::jsonb, FALSE, 'stored', '', {ROW} FROM given ORDER BY nth
        RETURNING id, conversation_id, inbox_id
    ), written AS (
        SELECT message.*, given.place, given.preview
        FROM (SELECT *, row_number() OVER (ORDER BY id) AS nth FROM message) AS message JOIN given USING (nth)
    ), conversation AS (
        UPDATE conversations_conversation SET {CHANGED}, preview = newest.preview, last_message_id = newest.id,
            last_incoming_id = newest.id
        FROM (SELECT DISTINCT ON (conversation_id) * FROM written ORDER BY conversation_id, id DESC) AS newest
        WHERE conversations_conversation.id = newest.conversation_id
    ), event AS (
        INSERT INTO conversations_event (tx, {EVENT})
        SELECT {events.tx_of("written.conversation_id")}, %s, 'received', TRUE, '{{}}'::jsonb, id, conversation_id, inbox_id
        FROM written ORDER BY id
    )
    SELECT place, id FROM written ORDER BY id
"""  # noqa: S608
