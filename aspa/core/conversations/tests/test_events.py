"""The journal's order, also while others are writing."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable

import pytest
from django.db import connection, transaction

from aspa.core.conversations import events, intake, lifecycle, replies
from aspa.core.conversations.changing import changing
from aspa.core.conversations.models import Conversation, Event, SubscriberCursor
from aspa.core.inboxes.models import Inbox
from aspa.core.people.models import Agent
from aspa.kit import clock
from tests.cast import inbound, says

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("alone_on_the_server")]

START = events.Cursor(0, 0)
only_postgresql = pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has one writer at a time")


def in_thread(work: Callable[[], object]) -> threading.Thread:
    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_a_cursor_is_written_and_read() -> None:
    assert events.Cursor.parse(str(events.Cursor(12, 345))) == (12, 345)
    for wrong in ("", "1", "1.", ".1", "1.-2", "1.2.3", "a.b", "１.２", "9" * 50 + ".1"):
        with pytest.raises(ValueError, match="journal"):
            events.Cursor.parse(wrong)


def test_reading_on_from_a_place(inbox: Inbox) -> None:
    for number in range(5):
        says(inbox, str(number), who=f"v{number % 2}")
    found = events.read_after(START)
    assert [event.message.text for event in found if event.message] == ["0", "1", "2", "3", "4"]
    middle = events.Cursor.parse(found[1].cursor)
    assert events.read_after(middle, 2) == found[2:4]
    mine = [found[0].conversation_id]
    assert events.read_after(middle, conversation_ids=mine) == [found[2], found[4]]
    assert events.read_after(events.Cursor.parse(found[4].cursor)) == []


def test_from_the_head_only_what_comes_now(inbox: Inbox) -> None:
    says(inbox, "before")
    head = events.head()
    assert events.read_after(head) == []
    got = says(inbox, "after")
    assert [event.message_id for event in events.read_after(head)] == [got.message.pk]


def test_readers_are_woken_after_the_commit_only(inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    woken: list[str] = []
    monkeypatch.setattr(events.bus, "publish", lambda channel, _payload: woken.append(channel))
    with transaction.atomic():
        says(inbox, "x")
        assert woken == []
    assert woken == ["journal"]


@only_postgresql
def test_nobody_reads_past_a_transaction_that_may_still_commit(inbox: Inbox) -> None:
    slow, quick = says(inbox, "x", who="slow").conversation, says(inbox, "x", who="quick").conversation
    begin, written, may_commit = events.head(), threading.Event(), threading.Event()

    def write_slowly() -> None:
        with changing(slow) as current:
            events.record(current, Event.Kind.WAITING)
            written.set()
            assert may_commit.wait(20)

    thread = in_thread(write_slowly)
    assert written.wait(20)
    with changing(quick) as current:
        events.record(current, Event.Kind.WAITING)
    head = events.head()
    assert events.read_after(begin) == []
    may_commit.set()
    thread.join()
    assert [event.conversation_id for event in events.read_after(begin)] == [slow.pk, quick.pk]
    # A head taken while the slow one was open still comes before what it wrote.
    assert slow.pk in [event.conversation_id for event in events.read_after(head)]


@only_postgresql
def test_a_conversations_events_keep_the_order_in_which_they_became_true(inbox: Inbox) -> None:
    """A transaction that began first and waited for the conversation stands after the one it waited for."""
    one, two = says(inbox, "x", who="one").conversation, says(inbox, "x", who="two").conversation
    begin, has_began = events.head(), threading.Event()

    def both() -> None:
        with transaction.atomic(), changing(one) as first:
            events.record(first, Event.Kind.WAITING)
            has_began.set()
            with changing(two) as second:
                events.record(second, Event.Kind.WOKEN)

    with transaction.atomic():
        # Takes its transaction id only with its first write, which is after the other's.
        Conversation.objects.select_for_update(of=("self",)).get(pk=two.pk)
        held = in_thread(both)
        assert has_began.wait(20)
        events.record(two, Event.Kind.WAITING)
    held.join()
    kinds = [event.kind for event in events.read_after(begin) if event.conversation_id == two.pk]
    assert kinds == ["waiting", "woken"]


def test_readers_beside_many_writers_skip_nothing_and_read_nothing_twice(inbox: Inbox, ada: Agent) -> None:
    """Batches over several conversations, verbs and single writers at once; a conversation's order is its locks'."""
    conversations = [says(inbox, "x", who=f"v{number}").conversation for number in range(4)]
    begin, done, failed = events.head(), threading.Event(), []

    def write(number: int) -> None:
        try:
            for turn in range(12):
                if number == 0:
                    whos = [f"v{(turn + step) % 4}" for step in range(3)]
                    intake.receive([inbound(inbox, f"{turn}", who=who) for who in whos])
                elif number == 1:
                    replies.reply(conversations[turn % 4], by=ada, body=str(turn))
                elif number == 2:
                    lifecycle.snooze(conversations[turn % 4], by=ada, until=clock.now().replace(year=2100))
                else:
                    says(inbox, str(turn), who=f"v{turn % 4}")
        except Exception as error:
            failed.append(error)

    def read(seen: list[Event]) -> None:
        place = begin
        while True:
            last = done.is_set()
            found = events.read_after(place, 7)
            seen += found
            if found:
                place = events.Cursor.parse(found[-1].cursor)
            elif last:
                return

    readings: list[list[Event]] = [[], []]
    readers = [in_thread(lambda seen=seen: read(seen)) for seen in readings]
    writers = [in_thread(lambda number=number: write(number)) for number in range(4)]
    for thread in writers:
        thread.join()
    done.set()
    for thread in readers:
        thread.join()
    assert not failed
    everything = list(Event.objects.filter(pk__gt=0).order_by("tx", "pk"))
    expected = [event.pk for event in everything if (event.tx, event.pk) > begin]
    for seen in readings:
        assert [event.pk for event in seen] == expected
        by_conversation = defaultdict(list)
        for event in seen:
            by_conversation[event.conversation_id].append(event.pk)
        # Ids are taken under the conversation's lock, so they tell the order of commits.
        assert all(ids == sorted(ids) for ids in by_conversation.values())


@only_postgresql
def test_a_restored_journal_is_moved_below_the_present(inbox: Inbox) -> None:
    says(inbox, "old")
    assert events.rebase() == 0
    Event.objects.update(tx=2**50)
    assert events.read_after(START) == []
    assert events.rebase() == 1
    got = says(inbox, "new")
    assert events.read_after(START)[-1].message_id == got.message.pk


@only_postgresql
def test_subscribers_go_on_in_a_restored_journal_where_they_were(inbox: Inbox) -> None:
    for text in ("one", "two", "three"):
        says(inbox, text)
    first, second, third = Event.objects.order_by("pk")
    for event, tx in ((first, 2**50), (second, 2**50 + 1), (third, 2**50 + 2)):
        Event.objects.filter(pk=event.pk).update(tx=tx)
    SubscriberCursor.objects.create(name="behind", tx=2**50, event=first.pk)
    SubscriberCursor.objects.create(name="done", tx=2**50 + 2, event=third.pk)
    SubscriberCursor.objects.create(name="new")

    assert events.rebase() == 3
    places = {one.name: (one.tx, one.event) for one in SubscriberCursor.objects.all()}
    assert places == {"behind": (0, first.pk), "done": (0, third.pk), "new": (0, 0)}
    assert events.rebase() == 0


@pytest.mark.parametrize("text", ["9223372036854775808.1", "0.9223372036854775808", "1." + "9" * 37])
def test_a_place_beyond_what_a_database_can_hold_is_none(text: str) -> None:
    with pytest.raises(ValueError, match="place"):
        events.Cursor.parse(text)
