"""What conversations bring to the timeline: themselves, the notes in them, and the turns that they took."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aspa.core.conversations import access, activities
from aspa.core.conversations.models import Conversation, Event, Message
from aspa.core.conversations.replies import MENTION
from aspa.core.inboxes.channel import channel_for
from aspa.kit import text
from aspa.service.timeline.following import TURNS
from aspa.service.timeline.models import Moment
from aspa.service.timeline.sources import Asked, Entry, Source

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from aspa.core.inboxes.models import Inbox

Status, How = Conversation.Status, Conversation.ClosedHow
SHOWN = (
    "contact", "inbox__name", "inbox__channel", "brand__reference_prefix", "subject", "preview", "status", "closed_how",
    "solved_asked_at", "created_at",
)  # fmt: skip


class Conversations(Source):
    """Each where it began."""

    key = "conversations"
    name = gettext_lazy("Conversations")
    icon = "message-square"

    def entries(self, asked: Asked) -> list[Entry]:
        rows = Conversation.objects.filter(contact=asked.contact).select_related("inbox", "brand").only(*SHOWN)
        inboxes = access.reach(asked.agent).inbox_ids()
        if inboxes is not None:
            rows = rows.filter(inbox__in=inboxes)
        if asked.words:
            said = Message.objects.filter(asked.holding("text"), conversation=OuterRef("pk"))
            said = said.exclude(kind=Message.Kind.ACTIVITY)
            rows = rows.filter(asked.holding("subject") | Exists(said))
        return [_of(row) for row in asked.older(rows, at="created_at")]


class Notes(Source):
    """What agents wrote to each other in the conversations."""

    key = "notes"
    name = gettext_lazy("Notes")
    icon = "lock"

    def entries(self, asked: Asked) -> list[Entry]:
        return [
            Entry(
                at=moment.at,
                pk=moment.pk,
                title=moment.message.agent.name if moment.message.agent else _("Note"),
                text=text.preview(_in_words(moment.message.text), 240),
                conversation=moment.message.conversation_id,
                is_note=True,
            )
            for moment in _moments(asked, (Event.Kind.NOTED,), "message__text")
        ]


class Turns(Source):
    """Where a matter was not over yet, or was set aside."""

    key = "turns"
    name = gettext_lazy("Turns")
    icon = "rotate-ccw"

    def entries(self, asked: Asked) -> list[Entry]:
        if asked.words:
            return []
        return [
            Entry(
                at=moment.at,
                pk=moment.pk,
                title=activities.sentence(moment.message, for_contact=False),
                conversation=moment.message.conversation_id,
            )
            for moment in _moments(asked, TURNS)
        ]


def _of(conversation: Conversation) -> Entry:
    subject, said = conversation.subject, text.preview(_in_words(conversation.preview), 90)
    return Entry(
        at=conversation.created_at,
        pk=conversation.pk,
        icon=_icon(conversation.inbox),
        title=subject or said or conversation.reference,
        text=f"#{conversation.reference} · {conversation.inbox.name}",
        conversation=conversation.pk,
        state=_state(conversation),
        tone=_tone(conversation),
    )


def _moments(asked: Asked, kinds: tuple[Event.Kind, ...], *fields: str) -> QuerySet[Moment]:
    rows = Moment.objects.filter(contact=asked.contact, kind__in=kinds)
    inboxes = access.reach(asked.agent).inbox_ids()
    if inboxes is not None:
        rows = rows.filter(message__conversation__inbox__in=inboxes)
    if asked.words:
        rows = rows.filter(asked.holding(*fields))
    related = rows.select_related("message__agent", "message__conversation__brand")
    return asked.older(related.defer("message__conversation__brand__identity_secret", "message__html"), at="at")


def _state(conversation: Conversation) -> str:
    if conversation.status == Status.CLOSED and conversation.closed_how:
        return _("Solved") if conversation.closed_how == How.CUSTOMER else str(How(conversation.closed_how).label)
    if conversation.status == Status.WAITING and conversation.asked_solved:
        return _("Asked if solved")
    return str(Status(conversation.status).label)


def _tone(conversation: Conversation) -> str:
    return "ok" if conversation.closed_how == How.CUSTOMER else ""


def _icon(inbox: Inbox) -> str:
    try:
        return channel_for(inbox).icon
    except LookupError:
        return Conversations.icon


def _in_words(words: str) -> str:
    """Mentions as they are read."""
    return MENTION.sub(lambda found: f"@{found['name']}", words)
