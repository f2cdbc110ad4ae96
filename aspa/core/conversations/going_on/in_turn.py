"""On SQLite one statement after the other: nothing is far away, and nobody else writes until the commit."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from functools import cache

import orjson
from django.db import connection, transaction

from aspa.core.conversations.going_on.opened import (
    CHANGED,
    COLUMNS,
    EVENT,
    NEWEST,
    PREVIEW,
    ROW,
    SAME,
    Key,
    Open,
    Usual,
    Written,
)  # fmt: skip
from aspa.kit import text

Row = tuple[object, ...]


def store(usual: Sequence[Usual], threaded: Sequence[str], now: dt.datetime) -> list[Written]:
    """Store the items whose customer has an open conversation, but in the threaded channels; all or none."""
    with transaction.atomic():
        found = _open(usual, threaded)
        going_on = [(one, found[one.key]) for one in usual if one.key in found]
        ids = _write(going_on, now) if going_on else ()
        return [(one, pk, conversation) for (one, conversation), pk in zip(going_on, ids, strict=True)]


def _open(usual: Sequence[Usual], threaded: Sequence[str]) -> dict[Key, Open]:
    by_kind: defaultdict[tuple[int, str], set[str]] = defaultdict(set)
    for one in usual:
        inbox_id, kind, value = one.key
        by_kind[inbox_id, kind].add(value)
    found: dict[Key, Open] = {}
    with connection.cursor() as cursor:
        # A kind at a time: for rows of values SQLite would read the whole index.
        for (inbox_id, kind), values in by_kind.items():
            cursor.execute(_newest_open(len(values)), [kind, *sorted(values), inbox_id])
            for channel, value, *more in orjson.loads(cursor.fetchone()[0]):
                # In those a message says itself what it continues.
                if channel not in threaded:
                    key = inbox_id, kind, value
                    found[key] = Open(key, *more)
    return found


def _write(items: Sequence[tuple[Usual, Open]], now: dt.datetime) -> list[int]:
    """Messages, conversations and events; the ids of the messages in the order of the items."""
    at = connection.ops.adapt_datetimefield_value(now)
    rows = _json(
        [
            (found.pk, found.key[0], found.contact_id, one.text, one.inbound.html, one.inbound.external_id,
             one.inbound.client_id or None)
            for one, found in items
        ]
    )  # fmt: skip
    # Of each conversation the newest message.
    last = {found.pk: place for place, (_, found) in enumerate(items)}
    with connection.cursor() as cursor:
        # Nobody else writes until the commit, so the ids are known beforehand and needn't be asked for.
        cursor.execute("SELECT seq + 1 FROM sqlite_sequence WHERE name = 'conversations_message'")
        (first,) = cursor.fetchone() or (1,)
        cursor.execute(MESSAGES, [first, at, rows])
        newest = [(pk, first + place, text.preview(items[place][0].text, PREVIEW)) for pk, place in last.items()]
        cursor.execute(CONVERSATIONS, [at, at, _json(newest)])
        cursor.execute(EVENTS, [at, first, rows])
    return list(range(first, first + len(items)))


def _json(rows: Sequence[Row]) -> str:
    return orjson.dumps(rows).decode()


@cache
def _newest_open(count: int) -> str:
    # As one value: for each row that is fetched the thread has to get hold of the interpreter again.
    return f"""
        SELECT json_group_array(json_array(inbox.channel, identity.value, {COLUMNS}))
        FROM inboxes_inbox inbox
        JOIN people_identity identity ON identity.brand_id = inbox.brand_id AND identity.kind = %s
            AND identity.value IN ({",".join(["%s"] * count)}) AND identity.verified_at IS NOT NULL
        JOIN conversations_conversation conversation ON {NEWEST}
        JOIN inboxes_brand brand ON brand.id = conversation.brand_id
        WHERE inbox.id = %s AND conversation.status <> 'closed'
    """  # noqa: S608 (all of it is ours)


def _parts(count: int) -> str:
    return ", ".join(f"json_extract(value, '$[{number}]')" for number in range(count))


MESSAGES = f"""
    INSERT INTO conversations_message (id, {SAME}, {ROW})
    SELECT %s + key, %s, 'incoming', TRUE, '', '{{}}', FALSE, 'stored', '', {_parts(7)} FROM json_each(%s)
"""  # noqa: S608
CONVERSATIONS = f"""
    UPDATE conversations_conversation SET {CHANGED}, preview = json_extract(newest.value, '$[2]'),
        last_message_id = json_extract(newest.value, '$[1]'), last_incoming_id = json_extract(newest.value, '$[1]')
    FROM json_each(%s) newest WHERE conversations_conversation.id = json_extract(newest.value, '$[0]')
"""  # noqa: S608
EVENTS = f"""
    INSERT INTO conversations_event ({EVENT})
    SELECT %s, 'received', TRUE, '{{}}', %s + key, {_parts(2)} FROM json_each(%s)
"""  # noqa: S608
