"""Follows the journal: each conversation's events move its countdowns on, from the place where it had come to.

Subscriber, watch and changes of policies all go through `advance`, which reads a conversation's own events after its
own place with its standing locked. So an event counts once, whoever comes first, and nothing is told of a customer who
has just been answered.
"""

from __future__ import annotations

import datetime as dt
import functools
import json
import operator
from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import connection, transaction
from django.db.models import Q

from aspa.core.conversations.events import Cursor, Stretch, is_postgresql
from aspa.core.conversations.models import Conversation, Event, Message
from aspa.core.inboxes.models import Inbox
from aspa.kit import clock
from aspa.kit.bus import bus
from aspa.service.hours import calendars
from aspa.service.sla import counting
from aspa.service.sla.course import FOLLOWED, MOVES, Course, Happening, Now
from aspa.service.sla.models import Countdown, Pace, Policy, Standing, Tally
from aspa.service.sla.policies import Matter, first_fitting

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

# Told on the bus when countdowns have changed: {"conversations": [[inbox id, conversation id]]}.
CHANGED = "countdowns"
# Followed together, in one transaction; on SQLite customers' messages wait that long.
AT_ONCE = 50
EVENTS = f"""
    SELECT e.conversation_id, e.tx, e.id, e.kind, e.message_id, e.data, e.created_at
    FROM sla_standing AS s JOIN conversations_event AS e
        ON e.conversation_id = s.conversation_id AND {{since}}
    WHERE e.kind IN ({", ".join(["%s"] * len(FOLLOWED))}) AND (e.kind <> 'activity' OR e.by_contact)
        AND s.conversation_id IN ({{ids}}) ORDER BY e.tx, e.id
"""  # noqa: S608 (marks are ours)


class Followed(NamedTuple):
    """An event, as it is read here."""

    place: Cursor
    kind: str
    message_id: int | None
    data: dict[str, Any]
    at: dt.datetime


def rebase() -> None:
    """Move the places with a journal that was moved (`events.rebase`): a conversation's events keep their order."""
    Standing.objects.filter(tx__gt=0).update(tx=0)


def follow(stretch: Stretch) -> Cursor | None:
    """Subscriber. Costs one query while there are no policies."""
    if not Policy.objects.exists():
        return None
    if stretch.after == Cursor(0, 0):
        _forget()
    events = [event for event in stretch.of(*FOLLOWED) if event.kind != Event.Kind.ACTIVITY or event.by_contact]
    until = Cursor(events[AT_ONCE - 1].tx, events[AT_ONCE - 1].pk) if len(events) > AT_ONCE else None
    touched = {event.conversation_id for event in events[:AT_ONCE]}
    # Who has become a better customer is one in all their conversations.
    better = {event.conversation_id for event in events[:AT_ONCE] if "tier" in event.data}
    if better:
        contacts = Conversation.objects.filter(pk__in=better).values("contact")
        open_ones = Conversation.objects.filter(contact__in=contacts).exclude(status=Conversation.Status.CLOSED)
        touched |= set(open_ones.values_list("pk", flat=True)[:AT_ONCE])
    advance(touched)
    return until


def advance(conversation_ids: Collection[int]) -> dict[int, Course]:
    """Follow these conversations to the end of their journals, under the policies as they are now.

    In the transaction of the caller, which keeps their standings locked. Who locks a conversation too locks its
    standing first.
    """
    if not conversation_ids:
        return {}
    ids = sorted(conversation_ids)
    standings = _locked(ids)
    events = _events_of(ids)
    quiet, replies = _told_of_messages([event for found in events.values() for event in found])
    courses, changed = {}, []
    for conversation, course in _courses(standings):
        before = _shown(course)
        courses[conversation.pk] = course
        _go_through(course, conversation, events[conversation.pk], quiet, replies)
        if _shown(course) != before:
            changed.append([conversation.inbox_id, conversation.pk])
        counting.count(course.outcomes, course.schedule.timezone)
    _save(courses.values())
    if changed:
        transaction.on_commit(lambda: bus.publish(CHANGED, {"conversations": changed}))
    return courses


def _forget() -> None:
    """The subscriber was sent back to the beginning: everything is built anew from the journal."""
    for model in (Countdown, Standing, Tally, Pace):
        model.objects.all().delete()


def _locked(ids: Sequence[int]) -> list[Standing]:
    Standing.objects.bulk_create([Standing(conversation_id=pk) for pk in ids], ignore_conflicts=True)
    return list(Standing.objects.select_for_update().filter(pk__in=ids).order_by("pk"))


def _events_of(ids: Sequence[int]) -> defaultdict[int, list[Followed]]:
    """What has happened in each conversation since its place, in order."""
    found: defaultdict[int, list[Followed]] = defaultdict(list)
    # Between two tables SQLite looks up only the first of a pair in its index; there that one is always the same.
    since = "(e.tx, e.id) > (s.tx, s.event)" if is_postgresql() else "e.tx = s.tx AND e.id > s.event"
    with connection.cursor() as cursor:
        cursor.execute(EVENTS.format(since=since, ids=", ".join(["%s"] * len(ids))), [*FOLLOWED, *ids])
        for conversation, tx, pk, kind, message, data, at in cursor.fetchall():
            # SQLite keeps moments in UTC without saying so.
            moment = at if at.tzinfo else at.replace(tzinfo=dt.UTC)
            told = {} if data == "{}" else json.loads(data)
            found[conversation].append(Followed(Cursor(tx, pk), kind, message, told, moment))
    return found


def _told_of_messages(events: Sequence[Followed]) -> tuple[set[int], set[int]]:
    """The ids of the machines' words among what was received, and of the replies among what was delivered or not."""
    received = [event.message_id for event in events if event.kind == Event.Kind.RECEIVED]
    delivered = [event.message_id for event in events if event.kind == Event.Kind.DELIVERY]
    more = Message.objects.filter(pk__in=received).exclude(data={}) if received else []
    ours = Message.objects.filter(pk__in=delivered, kind=Message.Kind.REPLY).exclude(code=Message.BOT)
    replies = ours if delivered else []
    return {message.pk for message in more if message.is_automatic}, {message.pk for message in replies}


def _courses(standings: Sequence[Standing]) -> Iterable[tuple[Conversation, Course]]:
    ids = [standing.pk for standing in standings]
    fields = ("status", "priority", "waiting_since", "created_at", "inbox", "reason", "contact__tier")
    conversations = Conversation.objects.select_related("contact").only(*fields).in_bulk(ids)
    inboxes = Inbox.objects.select_related("brand").defer("settings", "brand__identity_secret")
    by_inbox = inboxes.in_bulk({conversation.inbox_id for conversation in conversations.values()})
    countdowns: defaultdict[int, dict[str, Countdown]] = defaultdict(dict)
    for countdown in Countdown.objects.filter(conversation__in=ids):
        countdowns[countdown.conversation_id][countdown.kind] = countdown
    policies = list(Policy.objects.all())
    for standing in standings:
        conversation = conversations[standing.pk]
        policy = first_fitting(policies, Matter.of(conversation))
        schedule = calendars.schedule_of(by_inbox[conversation.inbox_id])
        yield conversation, Course(standing, countdowns[standing.pk], policy, schedule)


def _go_through(
    course: Course, conversation: Conversation, events: Sequence[Followed], quiet: set[int], replies: set[int]
) -> None:
    standing, now = course.standing, None
    if any(event.kind in MOVES for event in events):
        now = _now(conversation)
    for event in events:
        standing.tx, standing.event = event.place
        # Nobody waits for an answer to a machine's word in a conversation that people have begun.
        if event.message_id not in quiet or standing.began_at is None:
            course.apply(_happening(event, replies), now)
    if not events:
        course.settle(clock.now())
    standing.policy = course.policy


def _happening(event: Followed, replies: set[int]) -> Happening:
    arrived = None
    if event.kind == Event.Kind.DELIVERY and event.message_id in replies:
        arrived = event.data.get("state") != Message.State.FAILED
    return Happening(event.kind, event.at, event.message_id or 0, event.data.get("target", ""), arrived)


def _now(conversation: Conversation) -> Now:
    # A bot's answer is not the first reply.
    replies = Message.objects.filter(conversation=conversation, kind=Message.Kind.REPLY).exclude(code=Message.BOT)
    is_answered = replies.exclude(state=Message.State.FAILED).exists()
    return Now(conversation.status, conversation.waiting_since, conversation.created_at, is_answered)


def _shown(course: Course) -> set[tuple[Any, ...]]:
    """What the desk shows of it."""
    return {
        (one.kind, one.due_at, one.left, one.met_at, one.warned_at, one.breached_at)
        for one in course.countdowns.values()
    }


def _save(courses: Iterable[Course]) -> None:
    courses = list(courses)
    _upsert(Standing, [course.standing for course in courses], ("conversation",))
    kept = [countdown for course in courses for countdown in course.countdowns.values()]
    for countdown in kept:
        # Found by its conversation and kind.
        countdown.pk = None
    _upsert(Countdown, kept, ("conversation", "kind"))
    gone = [
        Q(conversation=course.standing.pk, kind__in=set(course.before) - set(course.countdowns))
        for course in courses
        if set(course.before) - set(course.countdowns)
    ]
    if gone:
        Countdown.objects.filter(functools.reduce(operator.or_, gone)).delete()


def _upsert(model: type[Standing | Countdown], rows: Sequence[Any], unique: Sequence[str]) -> None:
    written = [field.name for field in model._meta.concrete_fields if field.name not in (*unique, "id")]
    model.objects.bulk_create(rows, update_conflicts=True, unique_fields=unique, update_fields=written)
