"""Subscribers of the journal."""

from __future__ import annotations

import threading

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aspa.core.conversations import events, replies, subscriptions
from aspa.core.conversations.events import Stretch
from aspa.core.conversations.models import Event, Label, SubscriberCursor
from aspa.core.inboxes.models import Inbox
from aspa.core.people.models import Agent
from tests import journal
from tests.cast import says

# Real commits: on PostgreSQL nobody reads what is still open.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("alone_on_the_server")]


class Reader:
    def __init__(self) -> None:
        self.seen: list[int] = []
        self.fails = 0

    def __call__(self, stretch: Stretch) -> None:
        self.seen += [event.pk for event in stretch.of(*Event.Kind.values)]
        if self.fails:
            self.fails -= 1
            raise ZeroDivisionError


def everything() -> list[int]:
    return list(Event.objects.order_by("tx", "pk").values_list("pk", flat=True))


def test_a_subscriber_reads_everything_in_order_in_batches(inbox: Inbox) -> None:
    reader = Reader()
    for number in range(5):
        says(inbox, str(number))
    assert [subscriptions.run_once("r", reader, batch=2) for _ in range(4)] == [True, True, False, False]
    assert reader.seen == everything()
    says(inbox, "more")
    assert not subscriptions.run_once("r", reader)
    assert reader.seen == everything()


def test_of_the_kinds_that_it_asks_for_it_gets_all_in_order(inbox: Inbox, ada: Agent) -> None:
    got = says(inbox, "x")
    notes = [replies.note(got.conversation, by=ada, body=str(number)).pk for number in range(5)]
    says(inbox, "y")
    seen: list[events.Entry] = []

    def handler(stretch: Stretch) -> None:
        seen.extend(stretch.of(Event.Kind.NOTED))

    assert [subscriptions.run_once("r", handler, batch=4) for _ in range(3)] == [True, False, False]
    assert [event.message_id for event in seen] == notes
    place = SubscriberCursor.objects.get(name="r")
    assert (place.tx, place.event) == Event.objects.order_by("tx", "pk").values_list("tx", "pk").last()


def test_an_event_says_what_stands_in_the_journal(inbox: Inbox) -> None:
    first = says(inbox, "x")
    says(inbox, "y")
    other = says(inbox, "z", who="eva")
    entries = journal.whole().of(*Event.Kind.values)
    for entry, event in zip(entries, Event.objects.order_by("tx", "pk"), strict=True):
        assert {name: getattr(event, name) for name in entry._fields} == entry._asdict()
    assert [entry.data for entry in entries] == [{"begins": True}, {}, {"begins": True}]
    begun = {got.conversation.pk: got.message.pk for got in (first, other)}
    assert journal.whole().begun(9) == (begun, journal.END)
    assert journal.of(other.message).begun(9)[0] == {other.conversation.pk: other.message.pk}
    only, until = journal.whole().begun(1)
    assert (only, until.id) == ({first.conversation.pk: first.message.pk}, entries[0].pk)


def test_one_that_stops_early_goes_on_from_there(inbox: Inbox) -> None:
    for number in range(3):
        says(inbox, str(number))
    seen: list[int] = []

    def handler(stretch: Stretch) -> events.Cursor:
        first = stretch.of(*Event.Kind.values)[0]
        seen.append(first.pk)
        return events.Cursor(first.tx, first.pk)

    assert [subscriptions.run_once("r", handler) for _ in range(4)] == [True, True, False, False]
    assert seen == everything()


def test_nothing_to_do_takes_no_lock(inbox: Inbox, django_assert_num_queries: pytest.FixtureRequest) -> None:
    says(inbox, "x")
    subscriptions.run_once("r", Reader())
    with django_assert_num_queries(2):  # type: ignore[operator]
        assert not subscriptions.run_once("r", Reader())


def test_a_batch_that_fails_comes_again_and_leaves_nothing_behind(inbox: Inbox) -> None:
    says(inbox, "x")
    reader = Reader()
    reader.fails = 2

    def handler(stretch: Stretch) -> None:
        Label.objects.create(brand=inbox.brand, name="half done")
        reader(stretch)

    for failures in (1, 2):
        with pytest.raises(ZeroDivisionError) as failure:
            subscriptions.run_once("r", handler)
        assert subscriptions.note_failure("r", failure.value) == 2**failures
    assert not Label.objects.exists()
    subscriptions.run_once("r", handler)
    assert reader.seen == everything() * 3
    assert Label.objects.count() == 1
    assert SubscriberCursor.objects.get().failures == 0


def test_waits_grow_to_five_minutes(inbox: Inbox) -> None:
    says(inbox, "x")
    subscriptions.run_once("r", Reader())
    assert max(subscriptions.note_failure("r", ZeroDivisionError()) for _ in range(40)) == 300


def test_one_that_fails_holds_up_nobody_else(inbox: Inbox) -> None:
    says(inbox, "x")
    broken, well = Reader(), Reader()
    broken.fails = 9

    def half_done(stretch: Stretch) -> None:
        Label.objects.create(brand=inbox.brand, name="half done")
        broken(stretch)

    def whole(stretch: Stretch) -> None:
        Label.objects.create(brand=inbox.brand, name="done")
        well(stretch)

    passed = subscriptions.run_all({"whole": whole, "broken": half_done, "well": well})
    assert not passed.more
    assert [(name, type(error)) for name, error in passed.failed.items()] == [("broken", ZeroDivisionError)]
    assert [label.name for label in Label.objects.all()] == ["done"]
    # Once with all and once alone: what it had written the first time was undone.
    assert set(well.seen) == set(everything())
    places = SubscriberCursor.objects.exclude(event=0)
    assert sorted(places.values_list("name", flat=True)) == ["well", "whole"]
    subscriptions.run_all({"broken": broken, "well": well})
    assert set(well.seen) == set(everything()), "who has come to the end isn't asked again"


def test_all_are_handed_theirs_in_one_transaction(inbox: Inbox) -> None:
    readers = {str(number): Reader() for number in range(8)}
    subscriptions.run_all(readers)
    costs = []
    for some in (list(readers)[:1], list(readers)[1:]):
        says(inbox, "x")
        with CaptureQueriesContext(connection) as queries:
            subscriptions.run_all({name: readers[name] for name in some})
        costs.append(len(queries))
    assert costs[0] == costs[1], "what one has read is read for all"
    assert readers["7"].seen == everything()


def test_a_reset_subscriber_reads_from_the_beginning(inbox: Inbox) -> None:
    reader = Reader()
    says(inbox, "x")
    subscriptions.run_once("r", reader)
    subscriptions.reset("r")
    subscriptions.run_once("r", reader)
    assert reader.seen == everything() * 2


def test_two_processes_share_a_name_without_reading_twice(inbox: Inbox) -> None:
    reader, lock = Reader(), threading.Lock()

    def handler(stretch: Stretch) -> None:
        with lock:
            reader(stretch)

    def work() -> None:
        for _ in range(30):
            subscriptions.run_once("r", handler, batch=3)
        connection.close()

    SubscriberCursor.objects.create(name="r")
    for number in range(40):
        says(inbox, str(number))
    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert reader.seen == everything()
