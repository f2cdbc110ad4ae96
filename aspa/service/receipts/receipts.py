"""The receipt: every new contact is told at once that the message has arrived, by which number to ask for it, who
answers and by when.

Given for a whole piece of the journal at once: mail comes in by the hundred, and nobody's chat waits for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from aspa.core.conversations import activities, bots, next_step, ways
from aspa.core.conversations.events import Cursor, Stretch
from aspa.core.conversations.models import Conversation, Message
from aspa.core.conversations.rows import by_id
from aspa.core.inboxes.channel import channel_for
from aspa.core.inboxes.models import Brand, Inbox
from aspa.core.people.models import Team
from aspa.service.receipts import chatting, expecting
from aspa.service.receipts.enough import Enough

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

# Given together, in one transaction; on SQLite customers' messages wait that long.
AT_ONCE = 25


def give(stretch: Stretch) -> Cursor:
    """A journal subscriber. One receipt for a conversation, however often the same events are read."""
    begun, until = stretch.begun(AT_ONCE)
    if not begun:
        return until
    waiting = _open(begun.keys() - _told(begun.keys()) - _begun_by_machines(begun.values()))
    if waiting:
        with transaction.atomic():
            _tell(_without_enough(waiting, _ways(waiting)))
    return until


def _told(conversation_ids: Collection[int]) -> set[int]:
    told = Message.objects.filter(conversation__in=conversation_ids, code="receipt")
    return set(told.values_list("conversation_id", flat=True))


def _begun_by_machines(message_ids: Collection[int]) -> set[int]:
    """Those whose first message is an absence notice, a newsletter or a shop's system."""
    first = Message.objects.filter(pk__in=message_ids).values_list("conversation_id", "data")
    return {conversation_id for conversation_id, data in first if data.get("automatic")}


def _open(ids: Collection[int], *, lock: bool = False) -> list[Conversation]:
    found = by_id(Conversation, ids, lock=lock)
    return [conversation for conversation in found.values() if conversation.status == Conversation.Status.OPEN]


def _ways(conversations: list[Conversation]) -> dict[int, Inbox]:
    """By which inbox each customer is answered, as `ways.latest`, which is asked only where that isn't plain."""
    inboxes = by_id(Inbox, {one.inbox_id for one in conversations}, without=("settings",))
    brands = by_id(Brand, {one.brand_id for one in conversations}, without=("identity_secret",))
    for inbox in inboxes.values():
        inbox.brand = brands[inbox.brand_id]
    newest = Message.objects.filter(pk__in=[one.last_incoming_id for one in conversations])
    wrote_by = dict(newest.values_list("conversation_id", "inbox_id"))
    found = {}
    for one in conversations:
        one.inbox, one.brand = inboxes[one.inbox_id], brands[one.brand_id]
        plain = wrote_by.get(one.pk) == one.inbox_id and ways.can_carry(one.inbox)
        found[one.pk] = one.inbox if plain else ways.latest(one)
    return found


def _without_enough(conversations: list[Conversation], way: dict[int, Inbox]) -> list[tuple[Conversation, Inbox]]:
    """Those that get one, locked; in a live channel a receipt is no letter, and nobody has enough of them."""
    by_letter = {one.pk for one in conversations if not channel_for(way[one.pk]).capabilities.live}
    enough = Enough({one.contact_id for one in conversations if one.pk in by_letter})
    due = {one.pk: one for one in conversations if one.pk not in by_letter or enough.take(one.contact_id)}
    # What stood in the way meanwhile (an ending, a merge) has been committed now.
    still_open = {one.pk: one for one in _open(due.keys(), lock=True)}
    for pk, one in still_open.items():
        # Who has been answered meanwhile isn't told by when.
        due[pk].waiting_since = one.waiting_since
    enough.keep()
    return [(one, way[pk]) for pk, one in due.items() if pk in still_open]


def _tell(due: list[tuple[Conversation, Inbox]]) -> None:
    if not due:
        return
    teams = by_id(Team, {one.team_id for one, _way in due if one.team_id})
    chats: dict[int, tuple[str, datetime] | None] = {}
    lines: list[tuple[Conversation, Inbox, dict[str, Any]]] = []
    expected = expecting.first_answers([one for one, _way in due])
    with_bot = bots.holding([one.pk for one, _way in due])
    for (one, way), expectation in zip(due, expected, strict=True):
        chat, team = None, teams.get(one.team_id or 0)
        if one.pk in with_bot:
            # It answers at once. By when a person does is told when one is asked for.
            expectation = expecting.Expectation("")
        if not channel_for(way).capabilities.live:
            if one.brand_id not in chats:
                chats[one.brand_id] = chatting.open_chat(one.brand)
            chat = chats[one.brand_id]
        step = next_step.told(*expectation, who=team.name if team else "", chat=chat)
        lines.append((one, way, {"reference": one.reference, **step}))
    activities.add_together("receipt", lines)
