"""What conversations bring to the timeline: themselves, the notes in them, and the turns that they took.

Read as plain values: each page asks a dozen sources, and making instances would take longer than the databases do.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aspa.core.conversations import access, activities
from aspa.core.conversations.models import Conversation, Event, Message
from aspa.core.conversations.models.conversation import FIRST_REFERENCE
from aspa.core.conversations.replies import MENTION
from aspa.core.inboxes.channel import channel_for
from aspa.core.inboxes.models import Inbox
from aspa.kit import text
from aspa.service.timeline.following import TURNS
from aspa.service.timeline.models import Moment
from aspa.service.timeline.sources import Asked, Entry, Source

if TYPE_CHECKING:
    from collections.abc import Iterable

Status, How = Conversation.Status, Conversation.ClosedHow


class Conversations(Source):
    """Each where it began."""

    key = "conversations"
    name = gettext_lazy("Conversations")
    icon = "message-square"
    model = Conversation

    def entries(self, asked: Asked) -> list[Entry]:
        rows = Conversation.objects.filter(contact=asked.contact)
        inboxes = access.reach(asked.agent).inbox_ids()
        if inboxes is not None:
            rows = rows.filter(inbox__in=inboxes)
        if asked.words:
            said = Message.objects.filter(asked.holding("text"), conversation=OuterRef("pk"))
            said = said.exclude(kind=Message.Kind.ACTIVITY)
            rows = rows.filter(asked.holding("subject") | Exists(said))
        found = asked.older(rows, at="created_at").values_list(
            "pk", "created_at", "subject", "preview", "status", "closed_how", "solved_asked_at", "inbox__name",
            "inbox__channel", "brand__reference_prefix",
        )  # fmt: skip
        return [_of(*values) for values in found]


class Notes(Source):
    """What agents wrote to each other in the conversations."""

    key = "notes"
    name = gettext_lazy("Notes")
    icon = "lock"
    model = Moment

    def entries(self, asked: Asked) -> list[Entry]:
        columns = ("message__text", "message__agent__name")
        return [
            Entry(
                at=at,
                pk=pk,
                title=who or "Aspa",
                text=text.preview(_in_words(said), 240),
                conversation=conversation,
                is_note=True,
            )
            for pk, at, conversation, said, who in _moments(asked, (Event.Kind.NOTED,), columns, words="message__text")
        ]


class Turns(Source):
    """Where a matter was not over yet, or was set aside."""

    key = "turns"
    name = gettext_lazy("Turns")
    icon = "rotate-ccw"
    model = Moment

    def entries(self, asked: Asked) -> list[Entry]:
        if asked.words:
            return []
        return [
            Entry(
                at=at,
                pk=pk,
                title=activities.sentence(Message(code=code, data=data), for_contact=False),
                conversation=conversation,
            )
            for pk, at, conversation, code, data in _moments(asked, TURNS, ("message__code", "message__data"))
        ]


def _of(
    pk: int,
    at: Any,
    subject: str,
    preview: str,
    status: str,
    how: str,
    asked_at: Any,
    inbox: str,
    channel: str,
    prefix: str,
) -> Entry:
    reference = f"{prefix}-{FIRST_REFERENCE + pk}"
    return Entry(
        at=at,
        pk=pk,
        icon=_icon(channel),
        title=subject or text.preview(_in_words(preview), 90) or reference,
        text=f"#{reference} · {inbox}",
        conversation=pk,
        state=_state(status, how, asked=asked_at is not None),
        tone="ok" if how == How.CUSTOMER else "",
    )


def _moments(
    asked: Asked, kinds: tuple[Event.Kind, ...], columns: tuple[str, ...], *, words: str = ""
) -> Iterable[tuple[Any, ...]]:
    """Of each its pk, moment and conversation, and these columns. words: where those asked for are looked for."""
    rows = Moment.objects.filter(contact=asked.contact, kind__in=kinds)
    inboxes = access.reach(asked.agent).inbox_ids()
    if inboxes is not None:
        rows = rows.filter(message__conversation__inbox__in=inboxes)
    if asked.words:
        rows = rows.filter(asked.holding(words))
    return asked.older(rows, at="at").values_list("pk", "at", "message__conversation", *columns)


def _state(status: str, how: str, *, asked: bool) -> str:
    if status == Status.CLOSED and how:
        return _("Solved") if how == How.CUSTOMER else str(How(how).label)
    return _("Asked if solved") if status == Status.WAITING and asked else str(Status(status).label)


@lru_cache(maxsize=64)
def _icon(channel: str) -> str:
    try:
        return channel_for(Inbox(channel=channel)).icon
    except LookupError:
        return Conversations.icon


def _in_words(words: str) -> str:
    """Mentions as they are read."""
    return MENTION.sub(lambda found: f"@{found['name']}", words)
