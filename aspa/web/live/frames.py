"""Events as frames: one for the customer's widget, one for the desk, each made once however many read it."""

from __future__ import annotations

import json
from functools import cached_property
from typing import TYPE_CHECKING, Any

from aspa.channels.webchat import spoken
from aspa.core.conversations.models import Conversation, Event

if TYPE_CHECKING:
    from aspa.core.inboxes.models import Inbox
    from aspa.web.live.happenings import Happening

# Changes that a customer notices: whose it is, whether it was asked or ended.
SEEN_BY_CONTACT = {
    Event.Kind.ASSIGNED, Event.Kind.SOLVED_ASKED, Event.Kind.NOT_SOLVED, Event.Kind.ENDED, Event.Kind.REOPENED,
    Event.Kind.SET_ASIDE, Event.Kind.WAITING, Event.Kind.MERGED, Event.Kind.UNMERGED, Event.Kind.SPLIT,
}  # fmt: skip
# What becomes of an offer; `to` in the data is whose it is.
OFFERS = (Event.Kind.OFFERED, Event.Kind.OFFER_DECLINED, Event.Kind.OFFER_EXPIRED)
# What is said to the `agents` in the data.
TOLD_TO_AGENTS = (
    Event.Kind.PROMISE_DUE, Event.Kind.PROMISE_BROKEN, Event.Kind.DUTY_CALLED, Event.Kind.DUTY_ESCALATED,
    Event.Kind.SLA_WARNED, Event.Kind.SLA_BREACHED,
)  # fmt: skip


def for_visitor(happening: Happening, inbox: Inbox) -> str | None:
    """The frame for the customer in this inbox's widget, which hears of the conversation; None when it is none of theirs.

    Notes never pass: only `is_public` does.
    """
    value = visitor_event(happening, inbox)
    return None if value is None else _json(value)


def visitor_event(happening: Happening, inbox: Inbox) -> dict[str, Any] | None:
    event, message, conversation = happening.event, happening.message, happening.conversation
    frame: dict[str, Any] = {"type": "event", "cursor": event.cursor}
    if event.kind == Event.Kind.READ:
        by = "contact" if event.by_contact else "agent"
        return {**frame, "kind": "read", "by": by, "message_id": event.data.get("up_to", 0)}
    if message is not None and message.is_public and event.kind != Event.Kind.DELIVERY:
        return {
            **frame,
            "kind": "message",
            "message": spoken.message(message, inbox.public_id, happening.attachments, language=conversation.language),
            "conversation": spoken.conversation(conversation),
        }
    if event.kind in SEEN_BY_CONTACT:
        return {**frame, "kind": "conversation", "conversation": spoken.conversation(conversation)}
    return None


class DeskFrame:
    """An event for the desk: the same text for all, but for the rendered message and the notification."""

    def __init__(self, happening: Happening) -> None:
        self.happening = happening

    @cached_property
    def base(self) -> dict[str, Any]:
        event = self.happening.event
        frame = {
            "type": "event",
            "cursor": event.cursor,
            "kind": event.kind,
            "conversation": event.conversation_id,
            "message_id": event.message_id,
            "actor": event.agent_id,
        }
        return {**frame, "to": event.data["to"]} if event.kind in OFFERS else frame

    @cached_property
    def plain(self) -> str:
        return _json({**self.base, "notify": None})

    def text(self, *, html: str | None, notify: bool) -> str:
        if html is None and not notify:
            return self.plain
        frame = {**self.base, "notify": self.notification if notify else None}
        if html is not None:
            frame["html"] = html
        return _json(frame)

    @cached_property
    def notification(self) -> dict[str, str]:
        conversation: Conversation = self.happening.conversation
        return {
            "title": conversation.contact.display_name,
            "url": f"/desk/conversations/{conversation.pk}/",
        }

    def concerns(self, agent_id: int) -> bool:
        """Should this agent be notified: their own, a followed or a free customer wrote or was handed over by a bot, a
        colleague named them, a promise of theirs or an answer is due soon or late, they are called as urgent, or a
        conversation is offered or given to them by Aspa."""
        event, conversation = self.happening.event, self.happening.conversation
        if event.kind in TOLD_TO_AGENTS:
            return agent_id in (*event.data.get("agents", ()), *event.data.get("escalated", ()))
        if event.kind == Event.Kind.OFFERED:
            return bool(event.data["to"] == agent_id)
        if event.kind == Event.Kind.ASSIGNED:
            return event.agent_id is None and event.data.get("after") == agent_id
        if event.kind == Event.Kind.RECEIVED:
            if agent_id in self.happening.followers:
                return True
            return conversation.assignee_id in (None, agent_id) and not self.happening.with_bot
        if event.kind == Event.Kind.HANDED_OVER:
            return conversation.assignee_id is None
        return event.kind == Event.Kind.NOTED and agent_id in self.happening.mentioned


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
