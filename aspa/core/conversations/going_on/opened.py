"""What is asked and found: the items that simply go on, and the open conversations that they go on with."""

from __future__ import annotations

from typing import NamedTuple

from aspa.core.inboxes.channel import Inbound

# (inbox, kind of identity, value)
Key = tuple[int, str, str]
# What lists show of a message.
PREVIEW = 140


class Usual(NamedTuple):
    """An item that says nothing but words: its place among all, who says it, and its text as it is stored."""

    place: int
    key: Key
    inbound: Inbound
    text: str


class Open(NamedTuple):
    """A customer's newest conversation, which is open; locked."""

    key: Key
    pk: int
    contact_id: int
    assignee_id: int | None
    agent_read_id: int
    contact_read_id: int
    reference_prefix: str


# An item, its message's id, and the conversation that it went on with.
Written = tuple[Usual, int, Open]

# The columns of `Open` after its key.
COLUMNS = """
    conversation.id, conversation.contact_id, conversation.assignee_id, conversation.agent_read_id,
    conversation.contact_read_id, brand.reference_prefix
"""
# The newest conversation of a customer in an inbox.
NEWEST = """
    conversation.id = (
        SELECT max(newest.id) FROM conversations_conversation newest
        WHERE newest.contact_id = identity.contact_id AND newest.inbox_id = inbox.id
    )
"""
# What a message's row holds, and what is the same in all of them.
ROW = "conversation_id, inbox_id, contact_id, text, html, external_id, client_id"
SAME = "created_at, kind, is_public, code, data, has_attachments, state, state_reason"
EVENT = "created_at, kind, by_contact, data, message_id, conversation_id, inbox_id"
# What becomes of the conversation; two instants.
CHANGED = """
    status = 'open', last_activity_at = %s, waiting_since = coalesce(waiting_since, %s),
    preview_kind = 'incoming', snoozed_until = NULL, solved_asked_at = NULL
"""
