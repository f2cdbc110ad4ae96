"""What has become of an item: `Received` or `NotReceived`.

A message that simply goes on with a conversation is stored and answered without an instance of a model, as the rows
below; whoever needs the instances gets them from `message` and `conversation`, which then read them.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import NamedTuple

from aspa.core.conversations.models import Conversation, Message
from aspa.core.people.models import Agent


class MessageRow(NamedTuple):
    """What the sender is told of a message; the names are those of `Message`."""

    pk: int
    contact_id: int
    text: str
    client_id: str | None
    created_at: dt.datetime
    kind: str = Message.Kind.INCOMING.value
    agent_id: None = None


class ConversationRow(NamedTuple):
    """What the customer is told of a conversation that goes on; the names are those of `Conversation`."""

    pk: int
    reference: str
    assignee_id: int | None
    assignee: Agent | None
    agent_read_id: int
    contact_read_id: int
    status: str = Conversation.Status.OPEN.value
    asked_solved: bool = False
    closed_how: str = ""


@dataclasses.dataclass(slots=True)
class Received:
    """The message is durable. `is_new` is False when it had been received before."""

    written: Message | MessageRow
    within: Conversation | ConversationRow
    is_new: bool

    @property
    def begins(self) -> bool:
        """Whether the conversation begins with it."""
        return isinstance(self.within, Conversation) and self.within.created_at == self.written.created_at

    @property
    def message(self) -> Message:
        if isinstance(self.written, MessageRow):
            related = ("conversation__brand", "conversation__inbox", "conversation__contact", "conversation__assignee")
            self.written = Message.objects.select_related(*related).get(pk=self.written.pk)
            self.within = self.written.conversation
        return self.written

    @property
    def conversation(self) -> Conversation:
        return self.message.conversation


@dataclasses.dataclass(slots=True)
class NotReceived:
    """This one item could not be stored; its neighbours were."""

    error: Exception
