"""Messages as agents see them, rendered the same for a page and for the live stream."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from aspa.core.conversations import activities
from aspa.core.conversations.models import Attachment, Conversation, Message
from aspa.core.conversations.rows import by_id
from aspa.core.inboxes.channel import Channel, channel_for
from aspa.core.inboxes.models import Inbox
from aspa.web.desk.letters import letters_of, look
from aspa.web.shell.templatetags.shell import avatar, clock, icon

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aspa.core.people.models import Agent

State = Message.State


# Of activities that aren't simply told.
ICONS = {
    "ask_solved": "circle-question-mark",
    "not_solved": "circle-question-mark",
    "receipt": "check",
    "not_sent": "circle-alert",
}


BOT_FACE = format_html('<span class="avatar" aria-hidden="true">{}</span>', icon("bot", "", "s"))


def prepare(messages: Iterable[Message], conversation: Conversation, *, days: bool = False) -> list[Any]:
    """Give messages what their template shows beyond their fields, worked out here as it does so fifty times a page.

    `number`, their id; `author`, with `title` and `face`; `by_channel`, where it was written; `marks` for the scripts;
    `look`, its letter; `files`; `day`, `at` and `time` as the reader's clock has them; `standing` (what became of a
    reply, in a word) or `sentence` (of an activity). With `days` the first message of each day `opens_day`.

    Costs a query for the inboxes where the conversation has crossed channels, and one for the letters if it has any.
    """
    prepared: list[Any] = list(messages)
    inboxes = _inboxes(prepared, conversation)
    channels = {pk: channel_for(inbox) for pk, inbox in inboxes.items()}
    by_channel = {
        pk: render_to_string(
            "desk/by_channel.html",
            {"inbox": inbox, "channel": channels[pk], "crosses": pk != conversation.inbox_id},
        )
        for pk, inbox in inboxes.items()
    }
    letters = letters_of([message.pk for message in prepared if channels[message.inbox_id].capabilities.html])
    contact_face = avatar(conversation.contact)
    faces: dict[int | None, SafeString] = {}
    former = ""
    for message in prepared:
        kind, inbox_id = message.kind, message.inbox_id
        message.conversation, message.inbox = conversation, inboxes[inbox_id]
        moment = timezone.localtime(message.created_at)
        # What can't hold markup is marked as safe: escaping is a third of the template's work.
        message.number, message.at = SafeString(message.pk), SafeString(moment.isoformat())
        message.day, message.time = SafeString(moment.date()), SafeString(clock(moment))
        message.opens_day = days and message.day != former
        former = message.day
        message.is_activity = kind == Message.Kind.ACTIVITY
        message.has_failed = message.state == State.FAILED
        if message.is_activity:
            message.sentence = activities.sentence(message, for_contact=False)
            message.icon = icon(ICONS.get(message.code, "info"), "", "s")
            continue
        letter = letters.get(message.pk)
        message.look = look(letter, message, conversation) if letter else None
        message.author, message.title = _author(message, conversation)
        if kind == Message.Kind.INCOMING:
            message.face = contact_face
        else:
            if message.agent_id not in faces:
                faces[message.agent_id] = avatar(message.agent)
            message.face = BOT_FACE if message.is_by_bot else faces[message.agent_id]
            message.sources = message.data.get("sources", ()) if message.is_by_bot else ()
        message.is_note = kind == Message.Kind.NOTE
        message.by_channel = by_channel[inbox_id]
        message.marks = _marks(message)
        message.classes = SafeString(
            f"msg {kind}{' failed' if message.has_failed else ''}{' letter' if letter else ''}"
        )
        message.standing = _standing(message, channels[inbox_id], conversation) if kind == Message.Kind.REPLY else ""
        message.machine = _machine(message)
        if message.has_attachments:
            message.files = _files(message)
    return prepared


def _marks(message: Any) -> SafeString:
    client = format_html(' data-client="{}"', message.client_id) if message.client_id else ""
    number, inbox, day = message.number, message.inbox_id, message.day
    return SafeString(f'id="m-{number}" data-id="{number}" data-inbox="{inbox}"{client} data-day="{day}"')


def _author(message: Any, conversation: Conversation) -> tuple[str, str]:
    """Name and title of who wrote."""
    agent: Agent | None = message.agent
    if message.kind == Message.Kind.INCOMING:
        # Several people may write in one conversation: a letter says itself whose it is.
        sender = message.look.sender[0] if message.look and message.look.sender else None
        return (sender and (sender.name or sender.email)) or conversation.contact.display_name, ""
    if message.is_by_bot:
        return str(message.data["name"]), _("a bot")
    if agent is None:
        return "Aspa", ""
    return (agent.name, "") if message.kind == Message.Kind.NOTE else (agent.public_name, agent.title)


def _machine(message: Any) -> str:
    """What kind of machine wrote it, in words; nothing when somebody did."""
    if message.look and message.look.automatic:
        return str(message.look.automatic)
    return _("Sent by a machine") if message.is_automatic else ""


def _files(message: Any) -> list[Attachment]:
    """Pictures inside a letter are seen there."""
    inside = message.look is not None and message.look.has_html
    return [file for file in message.attachments.all() if not (file.is_inline and inside)]


def _standing(reply: Message, channel: Channel, conversation: Conversation) -> str:
    """What became of a reply; a failed one says so itself, at length."""
    seen = channel.capabilities.read_marks and reply.pk <= conversation.contact_read_id
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
