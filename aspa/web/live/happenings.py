"""A batch of the journal as the sockets need it: each event with all that its frames say, read in a handful of queries."""

from __future__ import annotations

import dataclasses
import logging
from collections import defaultdict
from collections.abc import Collection, Iterable

from aspa.core.conversations import bots, events
from aspa.core.conversations.models import Attachment, Conversation, Event, Follow, Mention, Message
from aspa.core.conversations.rows import by_id
from aspa.core.inboxes.models import Brand, Inbox
from aspa.core.people.models import Agent, Contact
from aspa.web.desk.rendering import message_html

logger = logging.getLogger(__name__)

BATCH = 500


@dataclasses.dataclass(slots=True)
class Happening:
    """An event with all that its frames need, read in one go for a whole batch."""

    event: Event
    conversation: Conversation
    message: Message | None
    attachments: list[Attachment]
    mentioned: set[int]
    followers: set[int]
    # A bot takes care of it.
    with_bot: bool
    # The message as the desk shows it, by language; only for conversations that somebody watches.
    html: dict[str, str]


@dataclasses.dataclass(slots=True)
class Past:
    """A batch of what happened, up to the place `until`. `is_all` when nothing more was there to be read."""

    happenings: list[Happening]
    until: events.Cursor
    is_all: bool


def read(after: events.Cursor, watched: dict[int, set[str]], conversation_ids: list[int] | None = None) -> Past:
    """The next events with what their frames need, in a handful of queries for the batch.

    An event whose conversation has been erased meanwhile is nobody's to hear.
    """
    found = events.read_after(after, BATCH, conversation_ids=conversation_ids)
    if not found:
        return Past([], after, is_all=True)
    conversations = by_id(Conversation, {event.conversation_id for event in found})
    messages = by_id(Message, {event.message_id for event in found if event.message_id})
    _join(conversations.values(), messages.values())
    attachments = _attachments([pk for pk, message in messages.items() if message.has_attachments])
    mentions = _mentions([event.message_id for event in found if event.kind == Event.Kind.NOTED and event.message_id])
    followers = _followers({event.conversation_id for event in found if event.kind == Event.Kind.RECEIVED})
    with_bot = _with_bot(found, conversations)
    happenings = []
    for event in found:
        conversation, message = conversations.get(event.conversation_id), messages.get(event.message_id or 0)
        if conversation is None:
            continue
        if message is not None:
            # What it says of itself may need the brand, and the loop that hands it out asks no database.
            message.conversation = conversation
        happenings.append(
            Happening(
                event,
                conversation,
                message,
                attachments.get(message.pk, []) if message else [],
                mentions.get(message.pk, set()) if message else set(),
                followers.get(event.conversation_id, set()),
                event.pk in with_bot,
                _html(message, conversation, watched.get(conversation.pk, ())),
            )
        )
    return Past(happenings, events.Cursor(found[-1].tx, found[-1].pk), is_all=len(found) < BATCH)


def _join(conversations: Collection[Conversation], messages: Collection[Message]) -> None:
    """Give them their brand, inbox and people, each read once however many share it, and the secrets left out."""
    brands = by_id(Brand, {c.brand_id for c in conversations}, without=("identity_secret",))
    inboxes = by_id(Inbox, {c.inbox_id for c in conversations}, without=("settings",))
    contacts = by_id(Contact, {c.contact_id for c in conversations} | {m.contact_id for m in messages if m.contact_id})
    agents = by_id(
        Agent,
        {one.assignee_id for one in conversations if one.assignee_id} | {m.agent_id for m in messages if m.agent_id},
    )
    for conversation in conversations:
        conversation.brand = brands[conversation.brand_id]
        conversation.inbox = inboxes[conversation.inbox_id]
        conversation.contact = contacts[conversation.contact_id]
        conversation.assignee = agents.get(conversation.assignee_id or 0)
    for message in messages:
        message.agent = agents.get(message.agent_id or 0)
        message.contact = contacts.get(message.contact_id or 0)


def _attachments(message_ids: list[int]) -> dict[int, list[Attachment]]:
    result: defaultdict[int, list[Attachment]] = defaultdict(list)
    if message_ids:
        for attachment in Attachment.objects.filter(message__in=message_ids).order_by("pk"):
            result[attachment.message_id or 0].append(attachment)
    return result


def _followers(conversation_ids: set[int]) -> dict[int, set[int]]:
    result: defaultdict[int, set[int]] = defaultdict(set)
    if conversation_ids:
        found = Follow.objects.filter(conversation__in=conversation_ids)
        for conversation_id, agent_id in found.values_list("conversation_id", "agent_id"):
            result[conversation_id].add(agent_id)
    return result


def _with_bot(found: Iterable[Event], conversations: dict[int, Conversation]) -> set[int]:
    """Of the events those by which customers wrote to a bot, also where it hears of it only in a moment."""
    written = []
    for event in found:
        conversation = conversations.get(event.conversation_id)
        if event.kind == Event.Kind.RECEIVED and conversation is not None and conversation.assignee_id is None:
            written.append(event)
    held = bots.holding({event.conversation_id for event in written})
    return {
        event.pk
        for event in written
        if event.conversation_id in held or (event.data.get("begins") and bots.begins(event.inbox_id))
    }


def _mentions(message_ids: list[int]) -> dict[int, set[int]]:
    result: defaultdict[int, set[int]] = defaultdict(set)
    if message_ids:
        for message_id, agent_id in Mention.objects.filter(message__in=message_ids).values_list(
            "message_id", "agent_id"
        ):
            result[message_id].add(agent_id)
    return result


def _html(message: Message | None, conversation: Conversation, languages: Iterable[str]) -> dict[str, str]:
    if message is None:
        return {}
    try:
        return {language: message_html(message, conversation=conversation, language=language) for language in languages}
    except Exception:
        # The stream goes on without it for everybody; the desk then GETs the message and shows what is wrong.
        logger.exception("Message %s can't be rendered", message.pk)
        return {}
