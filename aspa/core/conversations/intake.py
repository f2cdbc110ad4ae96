"""The one door in. Every channel's messages come through `receive`, in batches: one transaction, one commit.

This is the hottest path of all, so it works on the whole batch with a handful of statements, and its two inserts are
plain SQL: a row through the ORM's bulk_create costs several times as much.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import logging
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

from aspa.core.conversations import events, lifecycle
from aspa.core.conversations.models import Attachment, Conversation, ConversationLink, Event, Message
from aspa.core.conversations.senders import contacts_of
from aspa.core.inboxes.models import Inbox
from aspa.kit import clock, text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aspa.core.inboxes.channel import Inbound

logger = logging.getLogger(__name__)

# A late message opens an ended conversation again for this long; after that it starts a new one, linked to it.
REOPENS_FOR = dt.timedelta(days=30)


@dataclasses.dataclass(slots=True)
class Received:
    """The message is durable. `is_new` is False when it had been received before."""

    message: Message
    conversation: Conversation
    is_new: bool


@dataclasses.dataclass(slots=True)
class NotReceived:
    """This one item could not be stored; its neighbours were."""

    error: Exception


def receive(inbounds: Sequence[Inbound]) -> list[Received | NotReceived]:
    """Store messages from customers; the answers are in the order of the items.

    Safe to repeat: an item with a known (inbox, external id) is answered with the message of the first time. When the
    batch fails each item is tried alone, so one bad item never sinks its neighbours. Raises nothing for single items;
    raises DatabaseError only when the database is gone.
    """
    if not inbounds:
        return []
    try:
        return list(_receive_together(inbounds))
    except Exception as error:
        if len(inbounds) == 1:
            # The type alone: the text of a database error can quote what the customer wrote.
            logger.warning("A message to inbox %s was not stored: %s", inbounds[0].inbox_id, type(error).__name__)
            return [NotReceived(error)]
        return [receive([inbound])[0] for inbound in inbounds]


def _receive_together(inbounds: Sequence[Inbound]) -> list[Received]:
    with transaction.atomic():
        known = _known(inbounds)
        fresh: dict[tuple[int, str], Inbound] = {}
        for inbound in inbounds:
            key = (inbound.inbox_id, inbound.external_id)
            if key not in known:
                fresh.setdefault(key, inbound)
        stored = _store(fresh) if fresh else {}
    answers = []
    for inbound in inbounds:
        key = (inbound.inbox_id, inbound.external_id)
        # A second copy within the batch is as known as one from an earlier batch.
        first = stored.get(key)
        if first is None:
            message = known[key]
            answers.append(Received(message, message.conversation, is_new=False))
        else:
            answers.append(Received(first, first.conversation, is_new=inbound is fresh[key]))
    return answers


def _known(inbounds: Sequence[Inbound]) -> dict[tuple[int, str], Message]:
    found = Message.objects.filter(
        inbox_id__in={inbound.inbox_id for inbound in inbounds},
        external_id__in={inbound.external_id for inbound in inbounds},
    ).select_related("conversation__brand", "conversation__assignee")
    return {(message.inbox_id, message.external_id or ""): message for message in found}


def _store(fresh: dict[tuple[int, str], Inbound]) -> dict[tuple[int, str], Message]:
    now = clock.now()
    inbounds = list(fresh.values())
    inboxes = Inbox.objects.select_related("brand").in_bulk({inbound.inbox_id for inbound in inbounds})
    contact_ids = contacts_of(inbounds, inboxes, now)
    conversations = _conversations(inbounds, contact_ids, inboxes, now)
    messages = [
        _message(inbound, conversation, contact_id, now)
        for inbound, conversation, contact_id in zip(inbounds, conversations, contact_ids, strict=True)
    ]
    _insert_messages(messages)
    _tie_attachments(inbounds, messages)
    _insert_events(messages, now)
    _update_conversations(messages)
    events.announce()
    return dict(zip(fresh, messages, strict=True))


def _conversations(
    inbounds: Sequence[Inbound], contact_ids: Sequence[int], inboxes: dict[int, Inbox], now: dt.datetime
) -> list[Conversation]:
    """For each item the conversation it belongs to, locked: the customer's newest in that inbox, else a new one."""
    newest = _newest({(contact, item.inbox_id) for contact, item in zip(contact_ids, inbounds, strict=True)})
    result = []
    for inbound, contact_id in zip(inbounds, contact_ids, strict=True):
        key = (contact_id, inbound.inbox_id)
        current = newest.get(key)
        if current is None or not _takes_late_message(current, now):
            newest[key] = _start(inbound, inboxes[inbound.inbox_id], contact_id, now, after=current)
        result.append(newest[key])
    return result


def _newest(keys: set[tuple[int, int]]) -> dict[tuple[int, int], Conversation]:
    marks = ",".join(["(%s,%s)"] * len(keys))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT max(id) FROM conversations_conversation WHERE (contact_id, inbox_id) IN "
            f"(VALUES {marks}) GROUP BY contact_id, inbox_id",
            [value for key in sorted(keys) for value in key],
        )
        ids = [row[0] for row in cursor.fetchall()]
    found = _locked(ids)
    # A merged one leads to where its messages went.
    while leading := {c.pk: c.merged_into_id for c in found if c.merged_into_id}:
        targets = {c.pk: c for c in _locked(set(leading.values()))}
        found = [targets[leading[c.pk]] if c.pk in leading else c for c in found]
    return {(c.contact_id, c.inbox_id): c for c in found}


def _locked(ids: Any) -> list[Conversation]:
    if not ids:
        return []
    return list(
        Conversation.objects.select_for_update(of=("self",))
        .select_related("brand", "assignee")
        .filter(pk__in=ids)
        .order_by("pk")
    )


def _takes_late_message(conversation: Conversation, now: dt.datetime) -> bool:
    if not conversation.is_closed:
        return True
    if conversation.is_set_aside or conversation.closed_at is None or conversation.closed_at < now - REOPENS_FOR:
        return False
    lifecycle.reopen_in_place(conversation)
    return True


def _start(
    inbound: Inbound, inbox: Inbox, contact_id: int, now: dt.datetime, *, after: Conversation | None
) -> Conversation:
    conversation = Conversation(
        brand=inbox.brand,
        inbox=inbox,
        contact_id=contact_id,
        subject=inbound.subject[:200],
        language=inbound.sender.language or inbox.brand.language,
        team_id=inbox.team_id,
        created_at=now,
        last_activity_at=now,
        context=inbound.context,
    )
    conversation.assignee = None
    conversation.save(force_insert=True)
    if after is not None:
        ConversationLink.objects.create(
            source=conversation, target=after, kind=ConversationLink.Kind.CONTINUES, created_at=now
        )
    return conversation


def _message(inbound: Inbound, conversation: Conversation, contact_id: int, now: dt.datetime) -> Message:
    return Message(
        conversation=conversation,
        inbox_id=inbound.inbox_id,
        kind=Message.Kind.INCOMING,
        is_public=True,
        contact_id=contact_id,
        text=text.clean(inbound.text),
        html=inbound.html,
        external_id=inbound.external_id,
        client_id=inbound.client_id or None,
        has_attachments=bool(inbound.attachments),
        created_at=now,
        state=Message.State.STORED,
    )


MESSAGE_COLUMNS = (
    "conversation_id", "inbox_id", "kind", "is_public", "contact_id", "text", "html", "code", "data",
    "has_attachments", "created_at", "state", "state_reason", "external_id", "client_id",
)  # fmt: skip
EVENT_COLUMNS = ("conversation_id", "inbox_id", "kind", "message_id", "by_contact", "data", "created_at")


def _insert_messages(messages: list[Message]) -> None:
    rows = [
        (
            m.conversation_id, m.inbox_id, m.kind, True, m.contact_id, m.text, m.html, "", "{}",
            m.has_attachments, m.created_at, m.state, "", m.external_id, m.client_id,
        )
        for m in messages
    ]  # fmt: skip
    ids = _insert("conversations_message", MESSAGE_COLUMNS, rows)
    for message, pk in zip(messages, ids, strict=True):
        message.pk = pk
        message._state.adding = False


def _insert_events(messages: list[Message], now: dt.datetime) -> None:
    rows = [(m.conversation_id, m.inbox_id, Event.Kind.RECEIVED.value, m.pk, True, "{}", now) for m in messages]
    _insert("conversations_event", EVENT_COLUMNS, rows)


def _insert(table: str, columns: tuple[str, ...], rows: list[tuple[Any, ...]]) -> list[int]:
    """Insert the rows in order and return their ids in that order; raises IntegrityError when one exists already.

    Other columns must have database defaults or be nullable; event.tx has one that PostgreSQL fills by itself.
    """
    adapt = connection.ops.adapt_datetimefield_value
    ids: list[int] = []
    # SQLite takes 32,766 values in a statement.
    for start in range(0, len(rows), 1000):
        part = rows[start : start + 1000]
        marks = ",".join(["(" + ",".join(["%s"] * len(columns)) + ")"] * len(part))
        values = [adapt(value) if isinstance(value, dt.datetime) else value for row in part for value in row]
        with connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO {table} ({','.join(columns)}) VALUES {marks} RETURNING id", values)
            # Ids are handed out in the order of the values; the order of RETURNING is promised by neither database.
            ids += sorted(row[0] for row in cursor.fetchall())
    return ids


def _tie_attachments(inbounds: Sequence[Inbound], messages: list[Message]) -> None:
    for inbound, message in zip(inbounds, messages, strict=True):
        if inbound.attachments:
            tied = Attachment.objects.filter(
                public_id__in=inbound.attachments, inbox_id=inbound.inbox_id, visitor=inbound.visitor, message=None
            ).update(message=message)
            if tied != len(set(inbound.attachments)):
                raise AttachmentMissing


class AttachmentMissing(Exception):
    """A file named by a message was never uploaded by its sender, or belongs to another message."""


def _update_conversations(messages: list[Message]) -> None:
    """One update for each conversation, of what its newest message changes."""
    newest: dict[int, Message] = {message.conversation_id: message for message in messages}
    adapt = connection.ops.adapt_datetimefield_value
    rows = []
    for message in sorted(newest.values(), key=lambda m: m.conversation_id):
        conversation = message.conversation
        conversation.status, conversation.snoozed_until, conversation.solved_asked_at = Conversation.Status.OPEN, None, None
        conversation.last_activity_at = message.created_at
        conversation.waiting_since = conversation.waiting_since or message.created_at
        conversation.last_message_id = conversation.last_incoming_id = message.pk
        conversation.preview, conversation.preview_kind = text.preview(message.text, 140), message.kind
        rows.append(
            (
                conversation.status, adapt(conversation.last_activity_at), adapt(conversation.waiting_since),
                message.pk, message.pk, conversation.preview, conversation.preview_kind,
                conversation.closed_how, conversation.closed_reason, conversation.pk,
            )
        )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE conversations_conversation SET status=%s, last_activity_at=%s, waiting_since=%s, last_message_id=%s,"
            " last_incoming_id=%s, preview=%s, preview_kind=%s, closed_how=%s, closed_reason=%s, closed_at=NULL,"
            " snoozed_until=NULL, solved_asked_at=NULL WHERE id=%s",
            rows,
        )
