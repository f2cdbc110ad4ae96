"""What agents write: replies that reach the customer, and notes that never do."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError
from django.utils.translation import gettext as _

from aspa.core.conversations import access, delivery, drafts, events, reading, ways
from aspa.core.conversations.changing import Refused, changing
from aspa.core.conversations.models import Attachment, Conversation, Event, Mention, Message
from aspa.core.inboxes.channel import channel_for
from aspa.core.people.models import Agent
from aspa.kit import clock, text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aspa.core.inboxes.models import Inbox

LONGEST_SUBJECT = 200
MENTION = re.compile(r"(?<!\w)@\[(?P<name>[^\]\n]{1,120})\]\((?P<id>\d{1,12})\)")


@dataclasses.dataclass(frozen=True, slots=True)
class Copies:
    """The addresses that a reply goes to besides the customer's."""

    cc: tuple[str, ...] = ()
    bcc: tuple[str, ...] = ()


NO_COPIES = Copies()


def reply(
    conversation: Conversation,
    *,
    by: Agent,
    body: str,
    client_id: str | None = None,
    attachments: Sequence[str] = (),
    via: Inbox | None = None,
    copies: Copies = NO_COPIES,
    subject: str = "",
) -> Message:
    """Answer the customer. The same `client_id` again returns the first message.

    `attachments` are public ids of files that `by` uploaded. `via` is one of `ways.ways`; without it the reply goes
    where the customer last wrote. `subject` is for letters that aren't to have their thread's own. Raises Refused
    when there is nothing to send, the channel can't carry it or the conversation is over.
    """
    body, via = checked(conversation, by=by, body=body, attachments=attachments, via=via, copies=copies)
    data: dict[str, Any] = {"subject": one_line(subject)} if subject.strip() else {}
    if copies != NO_COPIES:
        data["copies"] = {"cc": list(copies.cc), "bcc": list(copies.bcc)}
    return _write(Message.Kind.REPLY, conversation, by, body, client_id, attachments, via=via, data=data)


def one_line(subject: str) -> str:
    """A subject as it is kept."""
    return " ".join(text.clean(subject).split())[:LONGEST_SUBJECT]


def checked(
    conversation: Conversation,
    *,
    by: Agent,
    body: str,
    attachments: Sequence[str],
    via: Inbox | None,
    copies: Copies,
) -> tuple[str, Inbox]:
    """The text as it will be sent, and the inbox that carries it. Raises Refused for what can't be carried."""
    if via is None:
        via = ways.latest(conversation)
    elif via.pk not in [way.pk for way in ways.ways(conversation, agent=by)]:
        raise Refused(_("The customer can't be answered this way."), code="way")
    capabilities = channel_for(via).capabilities
    if not capabilities.replies:
        raise Refused(
            _("There is no way to reach this customer: set up an inbox for e-mail first."), code="unreachable"
        )
    body = text.clean(body)
    if not body and not attachments:
        raise Refused(_("Write something first."), code="empty")
    if len(body) > capabilities.text_limit:
        raise Refused(
            _("This channel carries %(limit)s characters at most.") % {"limit": capabilities.text_limit},
            code="too_long",
        )
    if len(attachments) > capabilities.attachments:
        raise Refused(
            _("This channel carries %(limit)s files at most.") % {"limit": capabilities.attachments}, code="too_many"
        )
    if copies != NO_COPIES and not capabilities.copies:
        raise Refused(_("This channel reaches nobody but the customer."), code="copies")
    for address in (*copies.cc, *copies.bcc):
        _must_be_address(address)
    return body, via


def _must_be_address(address: str) -> None:
    try:
        validate_email(address)
    except ValidationError as error:
        raise Refused(_("%(address)s isn't an e-mail address.") % {"address": address}, code="address") from error


def note(
    conversation: Conversation,
    *,
    by: Agent,
    body: str,
    client_id: str | None = None,
    attachments: Sequence[str] = (),
) -> Message:
    """Write to colleagues. `@[Name](agent id)` mentions an agent. Raises Refused when empty."""
    body = text.clean(body)
    if not body and not attachments:
        raise Refused(_("Write something first."), code="empty")
    return _write(Message.Kind.NOTE, conversation, by, body, client_id, attachments, via=conversation.inbox, data={})


def _write(
    kind: Message.Kind,
    conversation: Conversation,
    by: Agent,
    body: str,
    client_id: str | None,
    attachments: Sequence[str],
    *,
    via: Inbox,
    data: dict[str, Any],
) -> Message:
    try:
        with changing(conversation) as current:
            repeated = _already_written(by, client_id)
            if repeated is not None:
                return repeated
            if kind == Message.Kind.REPLY and current.is_closed:
                raise Refused(_("The conversation is over. Open it again to reply."), code="closed")
            message = _insert(kind, current, by, body, client_id, attachments, via=via, data=data)
            _update(current, message, by)
            if kind == Message.Kind.NOTE:
                _mention(current, message)
            drafts.drop(current, agent=by, kind=kind)
            if kind == Message.Kind.REPLY:
                events.record(current, Event.Kind.REPLIED, agent=by, message=message)
                _take(current, by)
                delivery.hand_over(message)
            else:
                events.record(current, Event.Kind.NOTED, agent=by, message=message)
            return message
    except IntegrityError:
        # Two tries of one message ran side by side; the other one won.
        repeated = _already_written(by, client_id)
        if repeated is None:
            raise
        return repeated


def _already_written(by: Agent, client_id: str | None) -> Message | None:
    if client_id is None:
        return None
    return Message.objects.filter(agent=by, client_id=client_id).first()


def _insert(
    kind: Message.Kind,
    conversation: Conversation,
    by: Agent,
    body: str,
    client_id: str | None,
    attachments: Sequence[str],
    *,
    via: Inbox,
    data: dict[str, Any],
) -> Message:
    message = Message(
        conversation=conversation,
        inbox=via,
        kind=kind,
        is_public=kind == Message.Kind.REPLY,
        agent=by,
        text=body,
        data=data,
        created_at=clock.now(),
        client_id=client_id,
        has_attachments=bool(attachments),
        state=Message.State.QUEUED if kind == Message.Kind.REPLY else Message.State.STORED,
    )
    message.save(force_insert=True)
    if attachments:
        tied = Attachment.objects.filter(public_id__in=attachments, agent=by, message=None).update(message=message)
        if tied != len(set(attachments)):
            raise Refused(_("A file is missing. Add it again."), code="attachment")
    return message


def _update(conversation: Conversation, message: Message, by: Agent) -> None:
    conversation.last_message_id = message.pk
    fields = ["last_message_id"]
    if message.is_ours:
        conversation.waiting_since = None
        conversation.solved_asked_at = None
        conversation.status = Conversation.Status.OPEN
        conversation.snoozed_until = None
        conversation.preview = text.preview(message.text, 140)
        conversation.preview_kind = message.kind
        conversation.last_activity_at = message.created_at
        # Who answers has read what was asked.
        conversation.agent_read_id = max(conversation.agent_read_id, conversation.last_incoming_id)
        fields += [
            "waiting_since", "solved_asked_at", "status", "snoozed_until", "preview", "preview_kind",
            "last_activity_at", "agent_read_id",
        ]  # fmt: skip
    conversation.save(update_fields=fields)
    reading.mark_read(conversation, agent=by, up_to=message.pk)


def _take(conversation: Conversation, by: Agent) -> None:
    """What nobody has becomes the answerer's. The reply itself tells it, so there is no line about it."""
    if conversation.assignee_id is None:
        conversation.assignee = by
        conversation.save(update_fields=["assignee"])
        events.record(conversation, Event.Kind.ASSIGNED, agent=by, before=None, after=by.pk)


def _mention(conversation: Conversation, message: Message) -> None:
    named = {int(found["id"]) for found in MENTION.finditer(message.text)}
    # Who can't read the conversation can't be called into it.
    agents = access.agents_of([conversation.inbox_id]).filter(pk__in=named).exclude(pk=message.agent_id or 0)
    Mention.objects.bulk_create(
        Mention(agent=agent, conversation=conversation, message=message, created_at=message.created_at)
        for agent in agents
    )
