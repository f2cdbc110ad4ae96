"""What keeps the index: a reader of the journal in a thread of its own, beside the subscribers.

It isn't one of them since their work is one transaction, for which the customers' messages wait on SQLite. Where it
stands is kept with each generation and moves in the transaction that writes the words, so it may be cut off anywhere.
"""

from __future__ import annotations

import datetime as dt
import logging
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from django.db import close_old_connections, connection
from django.db.models import Q

from aspa.core.conversations import events
from aspa.core.conversations.models import Event, Message
from aspa.kit import clock
from aspa.kit.turns import Turns
from aspa.service.privacy import erasing
from aspa.service.privacy.models import Erasure
from aspa.service.search.messages import documents, index
from aspa.service.search.messages.building import Builder
from aspa.service.search.messages.generation import Gone, Standing

if TYPE_CHECKING:
    from collections.abc import Collection
    from threading import Event as Signal

    from aspa.core.conversations.events import Stretch
    from aspa.service.search.messages.generation import Generation

logger = logging.getLogger(__name__)

# How long it waits before it looks at the journal again, in seconds, and after something went wrong.
PAUSE, PAUSE_AFTER_FAILURE = 0.25, 10.0
# But so many times as long as it was at work itself, waiting for others not counted. When more
# comes in than it can index in its share of the time, it falls behind rather than slow those who write.
REST = 12
# Events, and messages of those that are built anew, in one go: a transaction of some tens of milliseconds.
BATCH, BUILT_AT_ONCE = 500, 500
# From so many messages on another process builds.
MUCH = 20_000

# Two that read the same of the journal would make the same words, and one of them for nothing.
TURN = "index of messages"
Kind = Event.Kind
# Of these nothing follows for what was written, and they are many.
SILENT = frozenset({Kind.ACTIVITY, Kind.DELIVERY, Kind.READ, Kind.HELD, Kind.TAKEN_BACK})
# What was written is found under another conversation, inbox, customer or subject, or isn't there any more.
MOVING = frozenset(
    {Kind.MERGED, Kind.UNMERGED, Kind.SPLIT, Kind.CONTACT_MERGED, Kind.CONTACT_UNMERGED, Kind.RENAMED, Kind.REDACTED}
)


# Those of this process's time that were followed, and the newest that are looked at.
Erased = tuple[int, dt.datetime]
_followed_erasures: set[Erased] = set()
ERASURES = 50


def keep_following(stop: Signal) -> None:
    """Keep the index until stop is set, as one process at a time. The dictionaries are read when there is something to be
    indexed.
    """
    builder, turns = Builder(), Turns()
    while not stop.is_set():
        begun = time.thread_time()
        try:
            if turns.take(TURN):
                much = is_much_to_build()
                if much:
                    builder.see_to_it()
                follow(building=not much)
            pause = max(PAUSE, REST * (time.thread_time() - begun))
        except Exception:  # whatever it is, messages have to be found again
            logger.exception("The index of messages could not be kept.")
            pause = PAUSE_AFTER_FAILURE
        if connection.vendor != "sqlite":
            close_old_connections()
        stop.wait(pause)
    builder.stop()
    turns.close()
    connection.close()


def follow(*, building: bool = True) -> bool:
    """Take each generation a step further; returns whether one has more to do. Safe to run twice, and beside others.

    building: whether to go on with what was written before it was begun, too.
    """
    if not _one_is_ours() and not begin():
        return False
    more = False
    erased = _erased()
    gone = _of_people(erased.values())
    for generation in index.generations():
        try:
            more |= _go_on(generation, gone, building=building)
        except Gone:
            continue
    _followed_erasures.update(erased)
    _drop_what_is_replaced()
    return more


def begin() -> bool:
    """Begin a new generation beside what is there; False while nothing has been written at all."""
    newest = Message.objects.order_by("-pk").values_list("pk", flat=True).first()
    if newest is None:
        return False
    # Read before the messages: what commits meanwhile comes by the journal.
    place = events.head()
    newest = Message.objects.order_by("-pk").values_list("pk", flat=True).first() or newest
    numbers = [generation.number for generation in index.generations()]
    index.begin(max(numbers, default=0) + 1, Standing(documents.NORMALISER, place, newest + 1))
    return True


def drop_what_is_ahead() -> None:
    """Drop what has come further than the journal: the data is from a backup that is older than the index, or from
    another server. It is built anew."""
    head = events.head()
    for generation in index.generations():
        standing = generation.standing()
        if standing is not None and standing.place > head:
            generation.drop()


def catch_up() -> None:
    """Do all that there is to do. For tests, and for who has filled a database."""
    while follow():
        pass


def build() -> bool:
    """Go on with what is being built, and nothing else; returns whether more is to be done."""
    more = False
    for generation in index.generations():
        was = generation.standing()
        if was is not None and not was.is_whole:
            older, since = documents.before(was.since, BUILT_AT_ONCE)
            # Not while the journal was followed: what is told of them there would be overwritten. Then once more.
            generation.write(older, [], was=was, now=replace(was, since=since))
            more = True
    return more


def is_much_to_build() -> bool:
    standing = [one.standing() for one in index.generations()]
    return any(one is not None and one.since > MUCH for one in standing)


def _one_is_ours() -> bool:
    """Whether there is a generation, made or being made, that this version's words are found in."""
    standing = [one.standing() for one in index.generations()]
    return any(one is not None and one.normaliser == documents.NORMALISER for one in standing)


def _drop_what_is_replaced() -> None:
    found = [(one, standing) for one in index.generations() if (standing := one.standing())]
    ours = [one.number for one, standing in found if standing.is_whole and standing.normaliser == documents.NORMALISER]
    for one, _standing in found:
        if ours and one.number < ours[-1]:
            one.drop()


def _go_on(generation: Generation, gone: Collection[int], *, building: bool) -> bool:
    """The next of the journal, and the next of the messages from before it; and anew what is `gone`."""
    was = generation.standing()
    if was is None:
        return False
    stretch, more = events.stretch_after(was.place, BATCH)
    now, anew = was, set(gone)
    if stretch is not None:
        anew |= _changed(stretch)
        now = replace(now, place=stretch.until)
    # What is older than all that has been built comes with the building.
    anew = {pk for pk in anew if pk >= was.since}
    build = documents.of(anew)
    if building and not was.is_whole:
        older, since = documents.before(was.since, BUILT_AT_ONCE)
        build += older
        now = replace(now, since=since)
    if now == was and not anew:
        return False
    generation.write(build, anew, was=was, now=now)
    return more or (building and not now.is_whole)


def _changed(stretch: Stretch) -> set[int]:
    """The messages that the events are of, with all of the conversations that were moved."""
    told = stretch.of(*(stretch.kinds - SILENT))
    changed = {entry.message_id for entry in told if entry.message_id}
    moved = {entry.conversation_id for entry in told if entry.kind in MOVING}
    return changed | _of_conversations(moved)


def _erased() -> dict[Erased, int]:
    """The contacts that were erased lately. The journal says it of their own conversations alone."""
    since = clock.now() - dt.timedelta(days=1)
    done = Erasure.objects.order_by("-pk").values_list("pk", "done_at", "contact")[:ERASURES]
    found = {(pk, at): contact for pk, at, contact in done if at is not None and at >= since}
    return {key: contact for key, contact in found.items() if key not in _followed_erasures}


def _of_people(pks: Collection[int]) -> set[int]:
    found: set[int] = set()
    for pk in pks:
        people = erasing.everyone(pk)
        theirs = Q(conversation__contact__in=people) | Q(contact__in=people)
        found.update(Message.objects.filter(theirs).values_list("pk", flat=True))
    return found


def _of_conversations(pks: Collection[int]) -> set[int]:
    return set(Message.objects.filter(conversation__in=pks).values_list("pk", flat=True)) if pks else set()
