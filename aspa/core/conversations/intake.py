"""The one door in. Every channel's messages come through `receive`, in batches.

Nearly every message simply goes on with an open conversation: `going_on` stores those, all with one commit. The others
are stored here, with another: all of them with a handful of statements, the inserts and the update in plain SQL.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING, Any

from django.db import DEFAULT_DB_ALIAS, IntegrityError, OperationalError, connection, transaction

from aspa.core.conversations import activities, bots, events, going_on, lifecycle, subscriptions
from aspa.core.conversations.models import Attachment, Conversation, ConversationLink, Event, Message
from aspa.core.conversations.received import NotReceived, Received
from aspa.core.conversations.rows import by_id, insert, insert_instances
from aspa.core.conversations.senders import contacts_of
from aspa.core.inboxes.channel import channel_for
from aspa.core.inboxes.models import Brand, Inbox
from aspa.core.people.models import Agent, Contact
from aspa.kit import clock, text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aspa.core.inboxes.channel import Inbound

logger = logging.getLogger(__name__)

# By (contact id, inbox id).
Newest = dict[tuple[int, int], Conversation | None]

# A late message opens an ended conversation again for this long; after that it starts a new one, linked to it.
REOPENS_FOR = dt.timedelta(days=30)
# Another process may store the same message, or the same customer's first one, at the same moment. The loser tries
# again and finds what the winner stored.
TRIES = 3


def receive(inbounds: Sequence[Inbound]) -> list[Received | NotReceived]:
    """Store messages from customers; the answers are in the order of the items.

    Safe to repeat: an item with a known (inbox, external id) is answered with the message of the first time. When the
    batch fails each item is tried alone, so one bad item never sinks its neighbours. Raises nothing.
    """
    done = _going_on(inbounds)
    others = [inbound for place, inbound in enumerate(inbounds) if place not in done]
    answers = iter(_receive_others(others))
    _hurry_bots(inbounds)
    return [done[place] if place in done else next(answers) for place in range(len(inbounds))]


def _hurry_bots(inbounds: Sequence[Inbound]) -> None:
    """Who writes to a bot looks at the screen until it answers."""
    try:
        if bots.serve({inbound.inbox_id for inbound in inbounds}):
            transaction.on_commit(subscriptions.hurry)
    except Exception as error:
        logger.info("The bots hear of %s messages a moment later: %s", len(inbounds), type(error).__name__)


def _going_on(inbounds: Sequence[Inbound]) -> dict[int, Received]:
    try:
        return going_on.store(inbounds)
    except IntegrityError:
        # One is a repeated delivery, as a rule; looking for those first would cost all the others.
        return {}
    except Exception as error:
        logger.info("%s messages take the thorough way: %s", len(inbounds), type(error).__name__)
        return {}


def _receive_others(inbounds: Sequence[Inbound]) -> Sequence[Received | NotReceived]:
    if not inbounds:
        return []
    try:
        return _receive_together(inbounds)
    except Exception as error:
        logger.info("A batch of %s messages is tried one by one: %s", len(inbounds), type(error).__name__)
    return [_receive_alone(inbound) for inbound in inbounds]


def _receive_alone(inbound: Inbound) -> Received | NotReceived:
    for tries in range(1, TRIES + 1):
        try:
            return _receive_together([inbound])[0]
        except (IntegrityError, OperationalError) as error:
            failure: Exception = error
            logger.info("A message to inbox %s is tried again (%s)", inbound.inbox_id, tries)
        except Exception as error:
            failure = error
            break
    # The type alone: the text of a database error can quote what the customer wrote.
    logger.warning("A message to inbox %s was not stored: %s", inbound.inbox_id, type(failure).__name__)
    return NotReceived(failure)


def _receive_together(inbounds: Sequence[Inbound]) -> list[Received]:
    with transaction.atomic():
        return _store_or_find(inbounds)


def _store_or_find(inbounds: Sequence[Inbound]) -> list[Received]:
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
    """What has been received before: usually nothing, as a plain look into the index tells."""
    by_inbox: defaultdict[int, set[str]] = defaultdict(set)
    for inbound in inbounds:
        by_inbox[inbound.inbox_id].add(inbound.external_id)
    ids: list[int] = []
    with connection.cursor() as cursor:
        # An inbox at a time: for pairs of values SQLite would read the whole index.
        for inbox_id, external_ids in by_inbox.items():
            marks = ",".join(["%s"] * len(external_ids))
            cursor.execute(
                f"SELECT id FROM conversations_message WHERE inbox_id = %s AND external_id IN ({marks})",  # noqa: S608
                [inbox_id, *external_ids],
            )
            ids += [row[0] for row in cursor.fetchall()]
    if not ids:
        return {}
    found = Message.objects.filter(pk__in=ids).select_related("conversation__brand", "conversation__assignee")
    return {(message.inbox_id, message.external_id or ""): message for message in found}


def _store(fresh: dict[tuple[int, str], Inbound]) -> dict[tuple[int, str], Message]:
    now = clock.now()
    inbounds = list(fresh.values())
    inboxes = _inboxes({inbound.inbox_id for inbound in inbounds})
    continued = _continued(inbounds, inboxes)
    contact_ids = contacts_of(inbounds, inboxes, now, continued)
    conversations = _conversations(inbounds, contact_ids, inboxes, now, continued)
    messages = [
        _message(inbound, conversation, contact_id, now)
        for inbound, conversation, contact_id in zip(inbounds, conversations, contact_ids, strict=True)
    ]
    _insert_messages(messages)
    _tie_attachments(inbounds, messages)
    _update_conversations([message for message in messages if not _is_quiet(message)])
    events.record_received(messages)
    _set_aside_spam(inbounds, messages)
    return dict(zip(fresh, messages, strict=True))


def _inboxes(ids: set[int]) -> dict[int, Inbox]:
    """Without their secrets: nobody needs them here, and decrypting takes longer than reading."""
    inboxes = by_id(Inbox, ids, without=("settings",))
    brands = _brands({inbox.brand_id for inbox in inboxes.values()})
    for inbox in inboxes.values():
        inbox.brand = brands[inbox.brand_id]
    return inboxes


def _brands(ids: set[int]) -> dict[int, Brand]:
    return by_id(Brand, ids, without=("identity_secret",))


def _continued(inbounds: Sequence[Inbound], inboxes: dict[int, Inbox]) -> dict[int, Conversation]:
    """The conversations that items say they continue, locked, by the id they gave; none of another brand."""
    asked = {item.conversation_id: inboxes[item.inbox_id].brand_id for item in inbounds if item.conversation_id}
    if not asked:
        return {}
    found = _where_they_went(set(asked))
    return {pk: conversation for pk, conversation in found.items() if conversation.brand_id == asked[pk]}


def _conversations(
    inbounds: Sequence[Inbound],
    contact_ids: Sequence[int],
    inboxes: dict[int, Inbox],
    now: dt.datetime,
    continued: dict[int, Conversation],
) -> list[Conversation]:
    """For each item the conversation it belongs to, locked.

    That is the one it says it continues; where messages don't say, the customer's newest in that inbox; else a new one.
    """
    threaded = [_is_threaded(item, inboxes[item.inbox_id]) for item in inbounds]
    newest = _newest(
        {
            (contact, item.inbox_id)
            for contact, item, says_itself in zip(contact_ids, inbounds, threaded, strict=True)
            if not says_itself
        }
    )
    starting = {contact for (contact, _), current in newest.items() if not _takes(current, now)}
    starting |= {contact for contact, item in zip(contact_ids, inbounds, strict=True) if item.another}
    newest |= _newest_of_locked(starting, newest)
    result = []
    begun: list[tuple[Conversation, Conversation | None]] = []

    def begin(inbound: Inbound, inbox: Inbox, contact_id: int, after: Conversation | None) -> Conversation:
        begun.append((_new(inbound, inbox, contact_id, now), after))
        return begun[-1][0]

    for inbound, contact_id, says_itself in zip(inbounds, contact_ids, threaded, strict=True):
        inbox = inboxes[inbound.inbox_id]
        if says_itself:
            current = continued.get(inbound.conversation_id or 0)
            if current is None or not (inbound.automatic or _takes(current, now)):
                current = begin(inbound, inbox, contact_id, current)
        else:
            key = (contact_id, inbound.inbox_id)
            current = newest.get(key)
            if current is None or not _takes(current, now, another=inbound.another):
                current = newest[key] = begin(inbound, inbox, contact_id, current)
        if current.is_closed and not inbound.automatic:
            lifecycle.reopen_in_place(current)
        result.append(current)
    _insert_conversations(begun, now)
    return result


def _is_threaded(inbound: Inbound, inbox: Inbox) -> bool:
    """Whether the message itself says what it continues, as it must where the sender is only claimed."""
    return inbound.by_link or channel_for(inbox).capabilities.threaded or not inbound.sender.identity.verified_how


def _takes(conversation: Conversation | None, now: dt.datetime, *, another: bool = False) -> bool:
    """Whether a message from the customer now belongs to this conversation; `another` when they mean a new one."""
    if conversation is None or conversation.is_set_aside:
        return False
    if not conversation.is_closed:
        return True
    return not another and conversation.closed_at is not None and conversation.closed_at >= now - REOPENS_FOR


def _newest_of_locked(contact_ids: set[int], newest: Newest) -> Newest:
    """Look again with the customer locked: two processes that each start a conversation for one would make two."""
    keys = {key for key in newest if key[0] in contact_ids}
    if not keys or not connection.features.has_select_for_update:
        return {}
    customers = Contact.objects.select_for_update(no_key=True).filter(pk__in=contact_ids).order_by("pk")
    list(customers.values_list("pk"))
    return _newest(keys)


def _newest(keys: set[tuple[int, int]]) -> Newest:
    """The newest conversation of each (contact, inbox), locked; one that was merged leads to where it went."""
    if not keys:
        # PostgreSQL doesn't take an empty list.
        return {}
    contact_ids = {contact for contact, _ in keys}
    marks = ",".join(["%s"] * len(contact_ids))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT contact_id, inbox_id, max(id) FROM conversations_conversation "  # noqa: S608
            f"WHERE contact_id IN ({marks}) GROUP BY contact_id, inbox_id",
            sorted(contact_ids),
        )
        newest = {(contact, inbox): pk for contact, inbox, pk in cursor.fetchall()}
        ids = {key: newest[key] for key in keys if key in newest}
    found = _where_they_went(set(ids.values()))
    return {key: found[ids[key]] if key in ids else None for key in keys}


def _where_they_went(ids: set[int]) -> dict[int, Conversation]:
    """The conversations by these ids, locked; in the place of one that was merged stands the one it went to."""
    found = _locked(ids)
    while on := {c.merged_into_id for c in found.values() if c.merged_into_id} - found.keys():
        found |= _locked(on)
    places = {pk: pk for pk in ids & found.keys()}
    while further := {pk: into for pk, at in places.items() if (into := found[at].merged_into_id)}:
        places |= further
    return {pk: found[at] for pk, at in places.items()}


def _locked(ids: set[int]) -> dict[int, Conversation]:
    found = by_id(Conversation, ids, lock=True)
    brands = _brands({conversation.brand_id for conversation in found.values()})
    agents = by_id(Agent, {c.assignee_id for c in found.values() if c.assignee_id})
    for conversation in found.values():
        conversation.brand = brands[conversation.brand_id]
        conversation.assignee = agents.get(conversation.assignee_id or 0)
    return found


def _new(inbound: Inbound, inbox: Inbox, contact_id: int, now: dt.datetime) -> Conversation:
    """A conversation that begins, not saved yet."""
    conversation = Conversation(
        brand=inbox.brand,
        inbox=inbox,
        contact_id=contact_id,
        subject=inbound.subject[:200],
        language=(inbound.sender.language or inbox.brand.language)[:5],
        team_id=inbox.team_id,
        created_at=now,
        last_activity_at=now,
        context=inbound.context,
    )
    conversation.assignee = None
    return conversation


def _insert_conversations(begun: Sequence[tuple[Conversation, Conversation | None]], now: dt.datetime) -> None:
    """Each with the ended one that it continues, if any."""
    insert_instances([conversation for conversation, _ in begun])
    for conversation, after in begun:
        if after is not None:
            ConversationLink.objects.create(
                source=conversation, target=after, kind=ConversationLink.Kind.CONTINUES, created_at=now
            )
            activities.add(conversation, "continues", event=Event.Kind.LINKED, reference=after.reference)


def _message(inbound: Inbound, conversation: Conversation, contact_id: int, now: dt.datetime) -> Message:
    values: dict[str, Any] = {
        **MESSAGE_DEFAULTS,
        "data": {"automatic": True} if inbound.automatic else {},
        "conversation_id": conversation.pk,
        "inbox_id": inbound.inbox_id,
        "contact_id": contact_id,
        "text": text.clean(inbound.text),
        "html": inbound.html,
        "external_id": inbound.external_id,
        "client_id": inbound.client_id or None,
        "has_attachments": bool(inbound.attachments),
        "created_at": now,
    }
    # As a row from the database, which the model takes several times faster than arguments by name.
    message = Message.from_db(DEFAULT_DB_ALIAS, list(values), list(values.values()))
    message.conversation = conversation
    return message


MESSAGE_DEFAULTS: dict[str, Any] = dict.fromkeys(field.attname for field in Message._meta.concrete_fields) | {
    "kind": Message.Kind.INCOMING.value,
    "is_public": True,
    "code": "",
    "state": Message.State.STORED.value,
    "state_reason": "",
}

MESSAGE_COLUMNS = (
    "conversation_id", "inbox_id", "kind", "is_public", "contact_id", "text", "html", "code", "data",
    "has_attachments", "created_at", "state", "state_reason", "external_id", "client_id",
)  # fmt: skip


def _insert_messages(messages: list[Message]) -> None:
    rows = [
        (
            m.conversation_id, m.inbox_id, m.kind, True, m.contact_id, m.text, m.html, "", json.dumps(m.data),
            m.has_attachments, m.created_at, m.state, "", m.external_id, m.client_id,
        )
        for m in messages
    ]  # fmt: skip
    ids = insert("conversations_message", MESSAGE_COLUMNS, rows)
    for message, pk in zip(messages, ids, strict=True):
        message.pk = pk
        message._state.adding = False


def _tie_attachments(inbounds: Sequence[Inbound], messages: list[Message]) -> None:
    for inbound, message in zip(inbounds, messages, strict=True):
        if inbound.attachments:
            tied = Attachment.objects.filter(
                public_id__in=inbound.attachments,
                inbox_id=inbound.inbox_id,
                visitor=inbound.visitor,
                agent=None,
                message=None,
            ).update(message=message)
            if tied != len(set(inbound.attachments)):
                raise AttachmentMissing


class AttachmentMissing(Exception):
    """A file named by a message was never uploaded by its sender, or belongs to another message."""


def _is_quiet(message: Message) -> bool:
    """A machine's word in a conversation that people have begun: nobody waits for an answer to it."""
    return message.is_automatic and message.conversation.last_incoming_id != 0


def _set_aside_spam(inbounds: Sequence[Inbound], messages: Sequence[Message]) -> None:
    for inbound, message in zip(inbounds, messages, strict=True):
        begun = message.conversation.created_at == message.created_at
        if inbound.spam and begun and not message.conversation.is_closed:
            lifecycle.set_aside_in_place(message.conversation, reason=inbound.spam)


def _update_conversations(messages: list[Message]) -> None:
    """One update for each conversation, of what its newest message changes."""
    newest: dict[int, Message] = {message.conversation_id: message for message in messages}
    adapt = cache(connection.ops.adapt_datetimefield_value)
    rows = []
    for message in sorted(newest.values(), key=lambda m: m.conversation_id):
        conversation = message.conversation
        conversation.status = Conversation.Status.OPEN
        conversation.snoozed_until = conversation.solved_asked_at = None
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
            "UPDATE conversations_conversation SET status=%s, last_activity_at=%s, waiting_since=%s,"
            " last_message_id=%s, last_incoming_id=%s, preview=%s, preview_kind=%s, closed_how=%s, closed_reason=%s,"
            " closed_at=NULL, snoozed_until=NULL, solved_asked_at=NULL WHERE id=%s",
            rows,
        )
