"""A bot that talks with customers before people do: its answers, how it hands over, and what it takes care of.

Which bot, and what it says, is for `service/bot`. Its answer is a reply without an agent (`Message.BOT`), so the turn is
the customer's; but nobody of ours has answered, and for targets and figures it is no first reply.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from aspa.core.conversations import activities, delivery, events
from aspa.core.conversations.changing import changing
from aspa.core.conversations.models import Conversation, Event, Message
from aspa.kit import clock, text

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    # Of these conversations those that a bot takes care of; whether one begins all of an inbox.
    Holds = Callable[[Collection[int]], set[int]]
    Begins = Callable[[int], bool]
    # Those of these inboxes that have one at all.
    Serves = Callable[[Collection[int]], set[int]]

_known: list[tuple[Holds, Begins, Serves]] = []


@dataclasses.dataclass(frozen=True, slots=True)
class Source:
    """A page that an answer was taken from; `url` is absolute."""

    title: str
    url: str


@dataclasses.dataclass(frozen=True, slots=True)
class Said:
    """What a bot says. `name` is shown as a bot's. `choices` are answers that the customer can give by a button."""

    name: str
    text: str
    sources: tuple[Source, ...] = ()
    choices: tuple[str, ...] = ()


def register(holds: Holds, begins: Begins, serves: Serves) -> None:
    """Say who knows what a bot takes care of. Called when the app is ready."""
    _known.append((holds, begins, serves))


def holding(conversation_ids: Collection[int]) -> set[int]:
    """Those of the conversations that a bot takes care of now: nobody is given them, rung for them or promised in them."""
    if not conversation_ids:
        return set()
    return {pk for holds, _begins, _serves in _known for pk in holds(conversation_ids)}


def begins(inbox_id: int) -> bool:
    """Whether a bot takes care of whatever begins in the inbox, so that what has just begun needn't be looked for."""
    return any(begins(inbox_id) for _holds, begins, _serves in _known)


def serve(inbox_ids: Collection[int]) -> bool:
    """Whether one of the inboxes has a bot at all, be it that it takes care of nothing just now."""
    return any(serves(inbox_ids) for _holds, _begins, serves in _known)


def answer(conversation: Conversation, said: Said, *, up_to: int, client_id: str) -> Message | None:
    """The bot's answer to everything up to the message `up_to`; the same `client_id` again writes nothing more.

    None when it isn't the bot's turn any more: the customer has written again, it has ended, or somebody has it.
    """
    with changing(conversation) as current:
        if not _is_free(current) or current.last_incoming_id > up_to:
            return None
        if Message.objects.filter(conversation=current, code=Message.BOT, client_id=client_id).exists():
            return None
        message = _insert(current, said, client_id)
        current.waiting_since = current.solved_asked_at = current.snoozed_until = None
        current.status = Conversation.Status.OPEN
        current.preview, current.preview_kind = text.preview(message.text, 140), Message.BOT
        current.last_message_id, current.last_activity_at = message.pk, message.created_at
        current.save(
            update_fields=[
                "waiting_since", "solved_asked_at", "snoozed_until", "status", "preview", "preview_kind",
                "last_message_id", "last_activity_at",
            ]
        )  # fmt: skip
        events.record(current, Event.Kind.BOT_ANSWERED, message=message)
        delivery.hand_over(message)
        return message


def hand_over(conversation: Conversation, *, cause: str, step: Callable[[Conversation], dict[str, Any]]) -> bool:
    """From now on the customer waits for a person; they are told who answers and by when, which `step` finds out.

    `cause` is one of `activities.WORDS`. False when there is nothing to hand over: it has ended, or somebody has it.
    """
    with changing(conversation) as current:
        if not _is_free(current):
            return False
        current.waiting_since = current.waiting_since or clock.now()
        current.status, current.snoozed_until, current.solved_asked_at = Conversation.Status.OPEN, None, None
        current.last_activity_at = clock.now()
        current.save(update_fields=["waiting_since", "status", "snoozed_until", "solved_asked_at", "last_activity_at"])
        activities.add(current, "handed_over", event=Event.Kind.HANDED_OVER, cause=cause, **step(current))
        return True


def _is_free(conversation: Conversation) -> bool:
    """Whether it goes on and nobody of ours has it or has answered in it."""
    if conversation.is_closed or conversation.assignee_id is not None:
        return False
    replies = Message.objects.filter(conversation=conversation, kind=Message.Kind.REPLY)
    return not replies.exclude(code=Message.BOT).exists()


def _insert(conversation: Conversation, said: Said, client_id: str) -> Message:
    data: dict[str, Any] = {"name": said.name}
    if said.sources:
        data["sources"] = [dataclasses.asdict(source) for source in said.sources]
    if said.choices:
        data["choices"] = list(said.choices)
    return Message.objects.create(
        conversation=conversation,
        inbox=conversation.inbox,
        kind=Message.Kind.REPLY,
        is_public=True,
        code=Message.BOT,
        text=text.clean(said.text),
        data=data,
        created_at=clock.now(),
        client_id=client_id,
        state=Message.State.QUEUED,
    )
