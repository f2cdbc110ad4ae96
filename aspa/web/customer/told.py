"""What the customer's page tells: the messages, what was promised, and who serves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from aspa.core.conversations import activities, next_step, reading
from aspa.core.conversations.models import Message
from aspa.kit.html import text_to_html
from aspa.service.promises.models import Promise

if TYPE_CHECKING:
    from aspa.core.conversations.models import Conversation
    from aspa.core.people.models import Agent

PAGE = 30
MOST_PROMISES = 20
State = Promise.State


class Line(NamedTuple):
    """A promise in words; `tone` is "open", "late" or "done"."""

    what: str
    when: str
    tone: str


def messages(conversation: Conversation, *, before: int | None = None) -> tuple[list[Any], bool]:
    """A page of them, oldest first, with whether there are earlier ones; what isn't simply text is made ready."""
    theirs = Message.objects.for_contact().filter(conversation=conversation).select_related("agent")
    found, more = reading.page(theirs, before=before, limit=PAGE)
    prefetch_related_objects([one for one in found if one.has_attachments], "attachments")
    prepared: list[Any] = list(found)
    for message in prepared:
        message.conversation = conversation
        message.is_own = message.kind == Message.Kind.INCOMING
        message.is_activity = message.kind == Message.Kind.ACTIVITY
        message.files = list(message.attachments.all()) if message.has_attachments else []
        if message.is_activity:
            message.sentence = activities.sentence(message, for_contact=True)
            message.link = message.data.get("link", "")
        elif message.is_ours:
            # The customer's own words make no links: others can have written them under this address.
            message.body = text_to_html(message.text)
    return prepared, more


def promises(conversation: Conversation) -> list[Line]:
    """What agents have promised, in the order in which it falls due."""
    shown = (State.OPEN, State.BROKEN, State.KEPT, State.WITHDRAWN)
    found = Promise.objects.filter(conversation=conversation, state__in=shown).order_by("due_at", "pk")
    return [_line(promise, conversation) for promise in found[:MOST_PROMISES]]


def server(conversation: Conversation) -> Agent | None:
    """Who serves: who has taken it, else who answered last."""
    if conversation.assignee is not None:
        return conversation.assignee
    theirs = Message.objects.for_contact().filter(conversation=conversation, kind=Message.Kind.REPLY)
    newest = theirs.exclude(code=Message.BOT).select_related("agent").order_by("-pk").first()
    return newest.agent if newest else None


def _line(promise: Promise, conversation: Conversation) -> Line:
    due = {"when": next_step.moment(promise.due_at, conversation.brand)}
    if promise.state == State.OPEN:
        return Line(promise.text, _("by %(when)s") % due, "open")
    if promise.state == State.BROKEN:
        return Line(promise.text, _("was due %(when)s, and we are late") % due, "late")
    if promise.state == State.KEPT and promise.kept_at:
        return Line(
            promise.text, _("done %(when)s") % {"when": next_step.moment(promise.kept_at, conversation.brand)}, "done"
        )
    return Line(promise.text, _("we had to withdraw this"), "done")
