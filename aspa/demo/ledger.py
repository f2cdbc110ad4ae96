"""Writes the demo's past: what the verbs would have written at the time, but thousands of rows at once.

A `Told` conversation is built in memory by methods named as the verbs; `write` stores them all with their journal.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction

from aspa.channels.email.models import Letter
from aspa.config.subscribers import SUBSCRIBERS
from aspa.core.conversations.activities import SENTENCES
from aspa.core.conversations.models import (
    AgentRead,
    Attachment,
    Conversation,
    Draft,
    Event,
    Label,
    Mention,
    Message,
    SubscriberCursor,
)
from aspa.core.inboxes.models import Inbox
from aspa.core.people.models import Agent, Contact
from aspa.kit import text

Status, ClosedHow = Conversation.Status, Conversation.ClosedHow
BATCH = 500
RECEIPT_AFTER = dt.timedelta(seconds=1)


class Told:
    """One conversation as it went. Times must not go backwards."""

    def __init__(self, inbox: Inbox, contact: Contact, *, at: dt.datetime, language: str, subject: str = "") -> None:
        self.conversation = Conversation(
            brand=inbox.brand,
            inbox=inbox,
            contact=contact,
            subject=subject,
            language=language,
            team_id=inbox.team_id,
            created_at=at,
            last_activity_at=at,
        )
        # By which inbox the next messages go: one conversation may cross channels.
        self.inbox = inbox
        self.messages: list[Message] = []
        self.letters: list[Letter] = []
        self.attachments: list[Attachment] = []
        # With the message each is about, which has no id before it is written.
        self.events: list[tuple[Event, Message | None]] = []
        self.labels: list[Label] = []
        self.mentions: list[Mention] = []
        self.drafts: list[Draft] = []
        self.last_incoming: Message | None = None
        self.agent_seen: Message | None = None
        self.contact_seen: Message | None = None
        self.reads: dict[Agent, Message] = {}

    def customer(self, body: str, *, at: dt.datetime, is_person: bool = True) -> Message:
        number = len(self.messages)
        message = self._message(Message.Kind.INCOMING, body, at=at, contact=self.conversation.contact)
        message.client_id = f"demo-{self.conversation.contact_id}-{at:%Y%m%d%H%M%S}-{number}"
        message.external_id = message.client_id
        self._event(Event.Kind.RECEIVED, at=at, message=message, by_contact=True)
        c = self.conversation
        c.status, c.waiting_since = Status.OPEN, c.waiting_since or at
        self._show(message)
        if self.last_incoming is None and is_person:
            self._activity("receipt", Event.Kind.ACTIVITY, at=at + RECEIPT_AFTER)
        self.last_incoming = message
        return message

    def hears_machine(self, body: str, *, at: dt.datetime) -> Message:
        """A machine of the customer's has answered: nobody waits for an answer to that."""
        message = self._message(Message.Kind.INCOMING, body, at=at, contact=self.conversation.contact)
        message.data = {"automatic": True}
        self._event(Event.Kind.RECEIVED, at=at, message=message, by_contact=True)
        return message

    def reply(self, body: str, *, by: Agent, at: dt.datetime) -> Message:
        message = self._message(Message.Kind.REPLY, body, at=at, agent=by, state=Message.State.SENT)
        self._event(Event.Kind.REPLIED, at=at, message=message, agent=by)
        c = self.conversation
        c.waiting_since, c.assignee = None, c.assignee or by
        self._show(message)
        return message

    def note(self, body: str, *, by: Agent, at: dt.datetime, mention: Agent | None = None) -> Message:
        message = self._message(Message.Kind.NOTE, body, at=at, agent=by)
        self._event(Event.Kind.NOTED, at=at, message=message, agent=by)
        if mention is not None:
            self.mentions.append(Mention(agent=mention, conversation=self.conversation, message=message, created_at=at))
        return message

    def fail(self, message: Message, reason: str, *, at: dt.datetime) -> None:
        message.state, message.state_reason = Message.State.FAILED, reason
        self._event(Event.Kind.DELIVERY, at=at, message=message, state="failed", reason=reason)

    def take(self, agent: Agent, *, at: dt.datetime) -> None:
        self.conversation.assignee = agent
        self._activity("taken", Event.Kind.ASSIGNED, at=at, agent=agent, before=None, after=agent.pk)

    def hand(self, to: Agent, *, by: Agent, reason: str, at: dt.datetime) -> None:
        before = self.conversation.assignee_id
        self.conversation.assignee = to
        self._activity(
            "transferred", Event.Kind.ASSIGNED, at=at, agent=by, before=before, after=to.pk, whom=to.name, reason=reason
        )

    def label(self, label: Label, *, by: Agent | None, at: dt.datetime) -> None:
        self.labels.append(label)
        self._event(Event.Kind.LABELLED, at=at, agent=by, label=label.pk, name=label.name)

    def reason(self, reason: Any, *, by: Agent | None, at: dt.datetime) -> None:
        self.conversation.reason = reason
        self._event(Event.Kind.REASON_SET, at=at, agent=by, reason=reason.pk)

    def prioritise(self, priority: int, *, by: Agent, at: dt.datetime) -> None:
        self.conversation.priority = priority
        self._activity("priority", Event.Kind.PRIORITISED, at=at, agent=by, priority=int(priority))

    def snooze(self, until: dt.datetime, *, by: Agent, at: dt.datetime) -> None:
        self.conversation.status, self.conversation.snoozed_until = Status.SNOOZED, until
        self._activity("snoozed", Event.Kind.SNOOZED, at=at, agent=by, until=until.isoformat())

    def wait(self, *, by: Agent | None, at: dt.datetime) -> None:
        self.conversation.status = Status.WAITING
        self._event(Event.Kind.WAITING, at=at, agent=by)

    def ask_if_solved(self, *, by: Agent, at: dt.datetime) -> None:
        c = self.conversation
        c.status, c.solved_asked_at, c.last_activity_at = Status.WAITING, at, at
        self._activity("ask_solved", Event.Kind.SOLVED_ASKED, at=at, agent=by)

    def customer_ends(self, *, at: dt.datetime) -> None:
        self._close(ClosedHow.CUSTOMER, at=at)
        self._activity("ended_by_contact", Event.Kind.ENDED, at=at, by_contact=True, how=ClosedHow.CUSTOMER.value)

    def close_by_silence(self, *, at: dt.datetime) -> None:
        self._close(ClosedHow.SILENCE, at=at)
        self._activity("closed_by_silence", Event.Kind.ENDED, at=at, how=ClosedHow.SILENCE.value)

    def set_aside(self, how: Conversation.ClosedHow, reason: str, *, by: Agent, at: dt.datetime) -> None:
        self._close(how, at=at)
        self.conversation.closed_reason = reason
        self._activity("set_aside", Event.Kind.SET_ASIDE, at=at, agent=by, how=how.value, reason=reason)

    def draft(self, body: str, *, by: Agent, at: dt.datetime, kind: str = Message.Kind.REPLY) -> None:
        self.drafts.append(Draft(agent=by, conversation=self.conversation, kind=kind, text=body, updated_at=at))

    def agent_reads(self, agent: Agent, *, at: dt.datetime) -> None:
        """The agent has seen everything so far; the customer is told of it once."""
        self.reads[agent] = self.messages[-1]
        if self.last_incoming is not None and self.agent_seen is not self.last_incoming:
            self.agent_seen = self.last_incoming
            self._event(Event.Kind.READ, at=at, agent=agent, up_to=self.last_incoming)

    def contact_reads(self, *, at: dt.datetime) -> None:
        self.contact_seen = self.messages[-1]
        self._event(Event.Kind.READ, at=at, by_contact=True, up_to=self.contact_seen)

    def _message(self, kind: str, body: str, *, at: dt.datetime, **fields: Any) -> Message:
        message = Message(
            conversation=self.conversation,
            inbox=self.inbox,
            kind=kind,
            is_public=kind in (Message.Kind.INCOMING, Message.Kind.REPLY),
            text=body,
            created_at=at,
            **fields,
        )
        self.messages.append(message)
        return message

    def _activity(
        self,
        code: str,
        kind: Event.Kind,
        *,
        at: dt.datetime,
        agent: Agent | None = None,
        by_contact: bool = False,
        **values: Any,
    ) -> None:
        if agent is not None:
            values["who"] = agent.name
        message = self._message(Message.Kind.ACTIVITY, "", at=at, agent=agent, code=code, data=values)
        message.is_public = SENTENCES[code][1] is not None
        self._event(kind, at=at, message=message, agent=agent, by_contact=by_contact, **values)

    def _event(
        self,
        kind: Event.Kind,
        *,
        at: dt.datetime,
        message: Message | None = None,
        agent: Agent | None = None,
        by_contact: bool = False,
        **data: Any,
    ) -> None:
        event = Event(
            conversation=self.conversation,
            inbox_id=self.conversation.inbox_id,
            kind=kind,
            agent=agent,
            by_contact=by_contact,
            data=data,
            created_at=at,
        )
        self.events.append((event, message))

    def _show(self, message: Message) -> None:
        c = self.conversation
        c.solved_asked_at = None
        c.last_activity_at = message.created_at
        c.preview, c.preview_kind = text.preview(message.text, 140), message.kind

    def _close(self, how: Conversation.ClosedHow, *, at: dt.datetime) -> None:
        c = self.conversation
        c.status, c.closed_how = Status.CLOSED, how
        c.closed_at = c.last_activity_at = at
        c.waiting_since = c.solved_asked_at = c.snoozed_until = None


def write(told: Sequence[Told]) -> None:
    """Store everything in one transaction, each table in the order in which things happened."""
    told = sorted(told, key=lambda t: t.conversation.created_at)
    with transaction.atomic():
        Conversation.objects.bulk_create([t.conversation for t in told], batch_size=BATCH)
        _tell_references(told)
        _write_messages(told)
        _write_events(told)
        _write_marks(told)
        _point_at_newest(told)
        _catch_up()


def _tell_references(told: Sequence[Told]) -> None:
    for t in told:
        for event, message in t.events:
            if message is not None and message.code == "receipt":
                event.data["reference"] = message.data["reference"] = t.conversation.reference


def _write_messages(told: Sequence[Told]) -> None:
    messages = sorted((m for t in told for m in t.messages), key=lambda m: m.created_at)
    Message.objects.bulk_create(messages, batch_size=BATCH)


def _write_events(told: Sequence[Told]) -> None:
    for t in told:
        for event, message in t.events:
            event.message = message
            if isinstance(event.data.get("up_to"), Message):
                event.data["up_to"] = event.data["up_to"].pk
    events = sorted((event for t in told for event, _message in t.events), key=lambda e: e.created_at)
    Event.objects.bulk_create(events, batch_size=BATCH)


def _write_marks(told: Sequence[Told]) -> None:
    through = Conversation.labels.through
    through.objects.bulk_create(
        [through(conversation_id=t.conversation.pk, label_id=label.pk) for t in told for label in t.labels],
        batch_size=BATCH,
    )
    Letter.objects.bulk_create([letter for t in told for letter in t.letters], batch_size=BATCH)
    Attachment.objects.bulk_create([attachment for t in told for attachment in t.attachments])
    Mention.objects.bulk_create([mention for t in told for mention in t.mentions])
    Draft.objects.bulk_create([draft for t in told for draft in t.drafts])
    AgentRead.objects.bulk_create(
        [
            AgentRead(agent=agent, conversation=t.conversation, message_id=message.pk)
            for t in told
            for agent, message in t.reads.items()
        ],
        batch_size=BATCH,
    )


def _point_at_newest(told: Sequence[Told]) -> None:
    rows = [
        (t.messages[-1].pk, _id(t.last_incoming), _id(t.contact_seen), _id(t.agent_seen), t.conversation.pk)
        for t in told
    ]
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE conversations_conversation SET last_message_id=%s, last_incoming_id=%s, contact_read_id=%s,"
            " agent_read_id=%s WHERE id=%s",
            rows,
        )


def _id(message: Message | None) -> int:
    return int(message.pk) if message else 0


def _catch_up() -> None:
    """What the subscribers own has been told too, so they begin where it ends."""
    last = Event.objects.order_by("tx", "id").values_list("tx", "pk").last()
    if last is not None:
        SubscriberCursor.objects.bulk_create(
            SubscriberCursor(name=name, tx=last[0], event=last[1]) for name in SUBSCRIBERS
        )
