"""The talks follow the journal: what begins is the bot's where it comes first, and whoever takes one over has it.

First among the subscribers, so that those after it know what isn't theirs yet. It locks talks and nothing else.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db.models import Value
from django.db.models.functions import Coalesce

from aspa.core.conversations.models import Conversation, Event, Message
from aspa.core.inboxes.models import Inbox
from aspa.kit import clock
from aspa.service.bot import counting, holding, warming
from aspa.service.bot.models import Bot, Talk
from aspa.service.bot.tasks import take_turn
from aspa.service.routing import availability

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aspa.core.conversations.events import Entry, Stretch

Kind, State = Event.Kind, Talk.State
ENDS = (Kind.ENDED, Kind.SET_ASIDE, Kind.MERGED)
FOLLOWED = (Kind.RECEIVED, Kind.ASSIGNED, Kind.REPLIED, Kind.REOPENED, Kind.IDENTIFIED, *ENDS)
# What began longer ago than this isn't new to anybody: the journal is being read anew.
RECENT = dt.timedelta(minutes=10)


def follow(stretch: Stretch) -> None:
    """Subscriber. Costs nothing while no chat has a bot, and none has been handed over that waits for its figure."""
    if not holding.whens():
        return
    warming.begin()
    if stretch.kinds.isdisjoint(FOLLOWED):
        return
    events = stretch.of(*FOLLOWED)
    _begin([event for event in events if event.kind == Kind.RECEIVED and event.data.get("begins")])
    talks = Talk.objects.select_for_update(of=("self",)).select_related("conversation__brand")
    found = talks.filter(pk__in={event.conversation_id for event in events}).order_by("pk").in_bulk()
    for event in events:
        talk = found.get(event.conversation_id)
        if talk is not None:
            _follow(talk, event)


def _begin(begun: Iterable[Entry]) -> None:
    ids = {event.conversation_id for event in begun if event.inbox_id in holding.whens()}
    if not ids:
        return
    fresh = Conversation.objects.filter(
        pk__in=ids, status=Conversation.Status.OPEN, assignee=None, waiting_since__isnull=False,
        created_at__gt=clock.now() - RECENT,
    )  # fmt: skip
    new = list(fresh.only("inbox_id", "created_at", "language"))
    wanted = _wanted({conversation.inbox_id for conversation in new})
    known = set(Talk.objects.filter(pk__in=ids).values_list("pk", flat=True))
    for conversation in new:
        if conversation.inbox_id not in wanted or conversation.pk in known:
            continue
        talk = Talk.objects.create(
            conversation=conversation, inbox_id=conversation.inbox_id, began_at=conversation.created_at,
            language=conversation.language,
        )  # fmt: skip
        counting.count(talk, talks=1)


def _wanted(inbox_ids: set[int]) -> set[int]:
    """Those where the bot comes first just now."""
    whens = holding.whens()
    unsure = [pk for pk in inbox_ids if whens[pk] == Bot.When.ABSENT]
    found = availability.of_all(list(Inbox.objects.filter(pk__in=unsure).select_related("brand"))) if unsure else {}
    return {pk for pk in inbox_ids if whens[pk] == Bot.When.ALWAYS or (pk in found and not found[pk].is_offered)}


def _follow(talk: Talk, event: Entry) -> None:
    match event.kind:
        case Kind.RECEIVED if talk.state == State.BOT and (event.message_id or 0) > talk.heard_id:
            _hear(talk)
        case Kind.IDENTIFIED if talk.state == State.BOT and talk.flow_id:
            take_turn.enqueue(conversation_id=talk.pk)
        case Kind.ASSIGNED if event.data.get("after") and talk.state == State.BOT:
            _is_taken(talk)
        case Kind.REPLIED:
            _person_answers(talk, event)
        case Kind.REOPENED if event.by_contact and talk.state == State.OVER and talk.human_at is None:
            talk.state = State.BOT
            talk.save(update_fields=["state"])
        case Kind.ENDED | Kind.SET_ASIDE | Kind.MERGED if talk.state == State.BOT:
            talk.state, talk.owed_since, talk.flow, talk.noted = State.OVER, None, None, {}
            talk.save(update_fields=["state", "owed_since", "flow", "noted"])


def _hear(talk: Talk) -> None:
    Talk.objects.filter(pk=talk.pk).update(owed_since=Coalesce("owed_since", Value(clock.now())))
    take_turn.enqueue(conversation_id=talk.pk)


def _is_taken(talk: Talk) -> None:
    talk.state, talk.owed_since, talk.flow, talk.noted = State.TAKEN, None, None, {}
    talk.save(update_fields=["state", "owed_since", "flow", "noted"])
    counting.count(talk, taken=1)


def _person_answers(talk: Talk, event: Entry) -> None:
    if talk.human_at is not None:
        return
    at = Message.objects.filter(pk=event.message_id or 0).values_list("created_at", flat=True).first()
    talk.human_at = at or clock.now()
    if talk.state == State.BOT:
        _is_taken(talk)
    else:
        counting.person_answered(talk, talk.human_at)
    talk.save(update_fields=["human_at"])
