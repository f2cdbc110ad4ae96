"""Whatever is done in whatever order: the journal is complete, the counters are right and nothing leaks."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from aspa.core.conversations import events, intake, joining, lifecycle, lists, replies, triage
from aspa.core.conversations.changing import Refused
from aspa.core.conversations.models import Conversation, Event, Message
from aspa.core.inboxes.models import Inbox
from aspa.kit import clock, text
from tests.cast import gather, inbound

WHO = st.sampled_from(["dee", "eva", "fia"])
WHICH = st.integers(0, 5)
WORDS = st.text("abc <\x00\n", max_size=12)


class Service(RuleBasedStateMachine):
    """Customers write and end, agents do all they can, readers follow; what must hold is checked after each step."""

    def __init__(self) -> None:
        super().__init__()
        self.example = transaction.atomic()
        self.example.__enter__()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.example.__exit__(None, None, None)

    @initialize()
    def open_the_shop(self) -> None:
        self.cast = gather()
        self.inboxes = [self.cast.inbox, Inbox.objects.create(brand=self.cast.brand, name="Second", channel="webchat")]
        # SQLite's journal is read as it grows; PostgreSQL's only after the commit, which the test never reaches.
        self.places = [events.Cursor(0, 0), events.Cursor(0, 0)]
        self.read: list[list[int]] = [[], []]
        self.keys: Counter[str] = Counter()
        self.written: Counter[str] = Counter()
        self.notes: set[int] = set()

    def some(self, which: int) -> Conversation | None:
        found = list(Conversation.objects.order_by("pk"))
        return found[which % len(found)] if found else None

    @rule(items=st.lists(st.tuples(WHO, st.integers(0, 1), st.integers(0, 30), WORDS), min_size=1, max_size=5))
    def customers_write(self, items: list[tuple[str, int, int, str]]) -> None:
        batch = [inbound(self.inboxes[box], words, who=who, key=str(key)) for who, box, key, words in items]
        answers = intake.receive(batch)
        for item, answer in zip(batch, answers, strict=True):
            assert isinstance(answer, intake.Received)
            key = f"{item.inbox_id} {item.external_id}"
            assert answer.is_new == (not self.keys[key])
            self.keys[key] += 1

    @rule(which=WHICH, words=WORDS, key=st.integers(0, 20), by_ada=st.booleans(), private=st.booleans())
    def an_agent_writes(self, which: int, words: str, key: int, by_ada: bool, private: bool) -> None:
        conversation = self.some(which)
        if conversation is None:
            return
        agent = self.cast.ada if by_ada else self.cast.ben
        client_id = f"{private} {key}"
        try:
            message = (replies.note if private else replies.reply)(
                conversation, by=agent, body=words, client_id=client_id
            )
        except Refused:
            return
        self.written[f"{agent.pk} {client_id}"] += 1
        if private:
            self.notes.add(message.pk)

    @rule(
        which=WHICH,
        other=WHICH,
        what=st.sampled_from(
            ["ask", "yes", "no", "aside", "snooze", "wake", "wait", "reopen", "reopen_self", "merge", "unmerge", "split", "link",
             "assign", "label", "urgent", "remind", "silence"]
        ),
    )  # fmt: skip
    def a_verb(self, which: int, other: int, what: str) -> None:
        found, second, ada = self.some(which), self.some(other), self.cast.ada
        if found is None or second is None:
            return
        at = found.messages.order_by("pk").last()
        verbs = {
            "ask": lambda: lifecycle.ask_if_solved(found, by=ada),
            "yes": lambda: lifecycle.customer_ends(found),
            "no": lambda: lifecycle.customer_says_not_solved(found),
            "aside": lambda: lifecycle.set_aside(found, by=ada, how="spam", reason="Casino"),
            "snooze": lambda: lifecycle.snooze(found, by=ada, until=clock.now() + dt.timedelta(days=1)),
            "wake": lambda: lifecycle.wake(found, by=ada),
            "wait": lambda: lifecycle.wait_for_customer(found, by=ada),
            "remind": lambda: lifecycle.remind(found, closes_at=clock.now()),
            "silence": lambda: lifecycle.close_by_silence(found),
            "reopen": lambda: lifecycle.reopen(found, by=ada),
            "reopen_self": lambda: lifecycle.reopen(found),
            "merge": lambda: joining.merge(found, into=second, by=ada),
            "unmerge": lambda: joining.unmerge(found, by=ada),
            "split": lambda: at and joining.split(found, at=at, by=ada),
            "link": lambda: joining.link(found, to=second, by=ada),
            "assign": lambda: triage.assign(found, by=ada, to=self.cast.ben),
            "label": lambda: triage.label(found, by=ada, name="x"),
            "urgent": lambda: triage.prioritise(found, by=ada, priority=2),
        }
        before = Event.objects.count()
        try:
            verbs[what]()
        except Refused:
            assert Event.objects.count() == before

    @precondition(lambda self: self.places)
    @rule(reader=st.integers(0, 1), limit=st.integers(1, 7))
    def a_reader_reads_on(self, reader: int, limit: int) -> None:
        for event in readable(self.places[reader], limit):
            self.read[reader].append(event.pk)
            self.places[reader] = events.Cursor(event.tx, event.pk)

    @invariant()
    def nothing_is_lost_and_nothing_twice(self) -> None:
        if not hasattr(self, "keys"):
            return
        assert Message.objects.filter(kind="incoming").count() == len(self.keys)
        assert Message.objects.filter(kind__in=("reply", "note")).count() == len(self.written)
        everything = list(Event.objects.order_by("tx", "pk").values_list("pk", flat=True))
        for seen in self.read:
            assert seen == everything[: len(seen)]
        told = Event.objects.filter(kind__in=("received", "replied", "noted")).values_list("message_id", flat=True)
        spoken = Message.objects.exclude(kind="activity").values_list("pk", flat=True)
        assert sorted(told) == sorted(spoken)

    @invariant()
    def no_note_is_public(self) -> None:
        if hasattr(self, "notes"):
            assert not self.notes & set(Message.objects.for_contact().values_list("pk", flat=True))

    @invariant()
    def counters_are_what_the_messages_say(self) -> None:
        for conversation in Conversation.objects.all():
            check_counters(conversation)

    @invariant()
    def every_conversation_is_in_one_list(self) -> None:
        if hasattr(self, "cast"):
            found = [
                row.pk
                for view in ("all", "waiting", "snoozed", "closed")
                for row in lists.page(self.cast.ada, view, limit=500).rows
            ]
            assert sorted(found) == sorted(Conversation.objects.values_list("pk", flat=True))


def readable(after: events.Cursor, limit: int) -> list[Event]:
    """As `read_after`, which on PostgreSQL would show nothing of the test's own open transaction."""
    rows = [event for event in Event.objects.order_by("tx", "pk") if (event.tx, event.pk) > after]
    return rows[:limit]


def check_counters(conversation: Conversation) -> None:
    messages = list(Message.objects.filter(conversation=conversation).order_by("pk"))
    incoming = [message.pk for message in messages if message.kind == "incoming"]
    spoken = [message for message in messages if message.kind in ("incoming", "reply")]
    assert conversation.last_message_id == (messages[-1].pk if messages else 0)
    assert conversation.last_incoming_id == (incoming[-1] if incoming else 0)
    if spoken:
        assert (conversation.preview, conversation.preview_kind) == (text.preview(spoken[-1].text), spoken[-1].kind)
    assert (conversation.status == "closed") == bool(conversation.closed_how) == (conversation.closed_at is not None)
    assert (conversation.status == "snoozed") == (conversation.snoozed_until is not None)
    assert (conversation.closed_how == "merged") == (conversation.merged_into_id is not None)
    assert not (conversation.asked_solved and conversation.status not in ("waiting", "snoozed"))
    assert conversation.waiting_since == (None if conversation.is_closed else since(messages))
    assert all(
        message.is_public == (message.kind in ("incoming", "reply"))
        for message in messages
        if message.kind != "activity"
    )


def since(messages: list[Message]) -> dt.datetime | None:
    """Since when the customer has waited, told from the beginning."""
    waiting = None
    for message in messages:
        if message.kind == "reply" or message.code == "ended_by_contact":
            waiting = None
        elif message.kind == "incoming" or message.code == "not_solved":
            waiting = waiting or message.created_at
    return waiting


# Each example is a transaction of its own and short: readers of the journal wait for the oldest open one.
@pytest.mark.django_db(transaction=True)
@pytest.mark.timeout(300)
def test_whatever_is_done() -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Service,
        settings=settings(
            max_examples=20, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
