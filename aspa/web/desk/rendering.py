"""Messages as agents see them, rendered the same for a page and for the live stream."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from aspa.core.conversations import activities
from aspa.core.conversations.models import Conversation, Message
from aspa.core.conversations.rows import by_id
from aspa.core.inboxes.channel import channel_for
from aspa.core.inboxes.models import Inbox
from aspa.web.desk.letters import letters_of, look
from aspa.web.desk.templatetags.desk import channel_icon
from aspa.web.shell.templatetags.shell import avatar, clock

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.utils.safestring import SafeString

    from aspa.core.people.models import Agent

State = Message.State


def prepare(messages: Iterable[Message], conversation: Conversation, *, days: bool = False) -> list[Any]:
    """Give messages what their template shows beyond their fields.

    `channel` and its `icon`, and whether it `crosses` from the conversation's own; `look`, its letter; `face` and `author` of who
    wrote; `day`, `at` and `time` as the reader's clock has them; `standing` (what became of a reply, in a word) or
    `sentence` (of an activity). With `days` the first message of each day `opens_day`.

    Costs a query for the inboxes where the conversation has crossed channels, and one for the letters if it has any.
    """
    prepared: list[Any] = list(messages)
    inboxes = _inboxes(prepared, conversation)
    channels = {pk: (channel_for(inbox), channel_icon(inbox)) for pk, inbox in inboxes.items()}
    letters = letters_of([message.pk for message in prepared if channels[message.inbox_id][0].capabilities.html])
    contact_face = avatar(conversation.contact)
    faces: dict[int | None, SafeString] = {}
    former = ""
    for message in prepared:
        message.conversation, message.inbox = conversation, inboxes[message.inbox_id]
        message.crosses = message.inbox_id != conversation.inbox_id
        message.channel, message.icon = channels[message.inbox_id]
        letter = letters.get(message.pk)
        message.look = look(letter, message, conversation) if letter else None
        message.author = _author(message, conversation)
        if message.kind == Message.Kind.INCOMING:
            message.face = contact_face
        else:
            if message.agent_id not in faces:
                faces[message.agent_id] = avatar(message.agent)
            message.face = faces[message.agent_id]
        moment = timezone.localtime(message.created_at)
        message.at, message.day, message.time = moment.isoformat(), moment.date().isoformat(), clock(moment)
        message.opens_day = days and message.day != former
        former = message.day
        if message.kind == Message.Kind.REPLY:
            message.standing = _standing(message, conversation)
        elif message.kind == Message.Kind.ACTIVITY:
            message.sentence = activities.sentence(message, for_contact=False)
    return prepared


def _author(message: Any, conversation: Conversation) -> str:
    agent: Agent | None = message.agent
    if message.kind == Message.Kind.INCOMING:
        # Several people may write in one conversation: a letter says itself whose it is.
        sender = message.look.sender[0] if message.look and message.look.sender else None
        return (sender and (sender.name or sender.email)) or conversation.contact.display_name
    if agent is None:
        return "Aspa"
    return agent.name if message.kind == Message.Kind.NOTE else agent.public_name


def _standing(reply: Any, conversation: Conversation) -> str:
    """What became of a reply; a failed one says so itself, at length."""
    seen = reply.channel.capabilities.read_marks and reply.pk <= conversation.contact_read_id
    if reply.state != State.FAILED and (seen or reply.state == State.READ):
        return _("read")
    if reply.state == State.DELIVERED:
        return _("delivered")
    return _("on its way") if reply.state in (State.QUEUED, State.SENDING) else ""


def _inboxes(messages: list[Message], conversation: Conversation) -> dict[int, Inbox]:
    others = {message.inbox_id for message in messages} - {conversation.inbox_id}
    # Their secrets are nobody's business here, and take long to decrypt.
    return {conversation.inbox_id: conversation.inbox, **by_id(Inbox, others, without=("settings",))}


def message_html(message: Message, *, conversation: Conversation, language: str) -> str:
    """One message for the desk in an agent's language. `conversation` comes with its inbox, brand and contact."""
    with translation.override(language):
        prepared = prepare([message], conversation)
        return render_to_string("desk/message.html", {"messages_page": prepared, "conversation": conversation})
