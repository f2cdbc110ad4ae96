"""Messages as agents see them, rendered the same for a page and for the live stream."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from aspa.core.conversations import activities
from aspa.core.conversations.models import Conversation, Message
from aspa.core.inboxes.channel import channel_for
from aspa.web.shell.templatetags.shell import avatar, clock

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.utils.safestring import SafeString

    from aspa.core.people.models import Agent

State = Message.State


def prepare(messages: Iterable[Message], conversation: Conversation, *, days: bool = False) -> list[Any]:
    """Give messages what their template shows beyond their fields.

    `face` and `author` of who wrote, `day`, `at` and `time` as the reader's clock has them, `standing` (what became of
    a reply, in a word), `sentence` (of an activity). With `days` the first message of each day `opens_day`.
    """
    prepared: list[Any] = list(messages)
    marks = channel_for(conversation.inbox).capabilities.read_marks
    contact_face, contact_name = avatar(conversation.contact), conversation.contact.display_name
    faces: dict[int | None, SafeString] = {}
    former = ""
    for message in prepared:
        message.conversation = conversation
        if message.kind == Message.Kind.INCOMING:
            message.face, message.author = contact_face, contact_name
        else:
            agent: Agent | None = message.agent
            if message.agent_id not in faces:
                faces[message.agent_id] = avatar(agent)
            message.face = faces[message.agent_id]
            message.author = (
                (agent.name if message.kind == Message.Kind.NOTE else agent.public_name) if agent else "Aspa"
            )
        moment = timezone.localtime(message.created_at)
        message.at, message.day, message.time = moment.isoformat(), moment.date().isoformat(), clock(moment)
        message.opens_day = days and message.day != former
        former = message.day
        if message.kind == Message.Kind.REPLY:
            message.standing = _standing(message, seen=marks and message.pk <= conversation.contact_read_id)
        elif message.kind == Message.Kind.ACTIVITY:
            message.sentence = activities.sentence(message, for_contact=False)
    return prepared


def message_html(message: Message, *, conversation: Conversation, language: str) -> str:
    """One message for the desk in an agent's language. `conversation` comes with its inbox, brand and contact."""
    with translation.override(language):
        prepared = prepare([message], conversation)
        return render_to_string("desk/message.html", {"messages_page": prepared, "conversation": conversation})


def _standing(reply: Message, *, seen: bool) -> str:
    if reply.state == State.FAILED:
        return ""  # said at length below it
    if seen or reply.state == State.READ:
        return _("read")
    if reply.state == State.DELIVERED:
        return _("delivered")
    return _("on its way") if reply.state in (State.QUEUED, State.SENDING) else ""
