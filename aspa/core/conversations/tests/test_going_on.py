"""The short way of nearly every message: it does what the thorough one does, and only where that would do no more."""

from __future__ import annotations

import dataclasses
import itertools
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from aspa.core.conversations import going_on, intake, joining, lifecycle, replies, triage
from aspa.core.conversations.changing import changing
from aspa.core.conversations.models import Conversation, Event, Message
from aspa.core.conversations.received import MessageRow, Received
from aspa.core.inboxes.channel import Claim, Inbound, Sender
from aspa.core.inboxes.models import Inbox
from aspa.core.people.models import Agent, Contact, Identity
from aspa.kit import clock
from tests.cast import inbound, says, visitor

pytestmark = pytest.mark.django_db

Status = Conversation.Status


def plain(inbox: Inbox, text: str, who: str = "dee", **more: Any) -> Inbound:
    """Nothing but words."""
    return inbound(inbox, text, who=who, sender=Sender(visitor(who), language="en"), **more)


def goes_on(inbox: Inbox, text: str, who: str = "dee", **more: Any) -> Received:
    """A message that has to have gone the short way."""
    (answer,) = receive(plain(inbox, text, who, **more))
    assert isinstance(answer.written, MessageRow)
    return answer


def receive(*items: Inbound) -> list[Received]:
    answers = intake.receive(items)
    assert all(isinstance(answer, Received) for answer in answers), answers
    return [answer for answer in answers if isinstance(answer, Received)]


def took_the_short_way(*items: Inbound) -> list[bool]:
    return [isinstance(answer.written, MessageRow) for answer in receive(*items)]


@pytest.fixture
def thoroughly(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    return lambda: monkeypatch.setattr(going_on, "store", lambda _: {})


def everything(one: Any, *, but: tuple[str, ...]) -> dict[str, Any]:
    return {
        field.attname: getattr(one, field.attname) for field in one._meta.concrete_fields if field.attname not in but
    }


def test_it_writes_what_the_thorough_way_writes(
    inbox: Inbox, ada: Agent, ben: Agent, thoroughly: Callable[[], None]
) -> None:
    """Every column of every row, also for conversations that are waiting, snoozed, assigned or asked whether solved."""

    def prepared(who: str) -> Conversation:
        conversation = says(inbox, "first", who=who).conversation
        triage.assign(conversation, by=ada, to=ben)
        replies.reply(conversation, by=ben, body="There you are.")
        if who.endswith("asked"):
            lifecycle.ask_if_solved(conversation, by=ben)
        else:
            lifecycle.snooze(conversation, by=ben, until=clock.now().replace(year=2100))
        return conversation

    text = '  Päivää\r\n"quoted" back\\slash 100 % it\'s 😀 \ud83d \x00 e\u0301 ' + "sana " * 60
    found = {}
    for way in ("short", "long"):
        if way == "long":
            thoroughly()
        whos = [f"{way}-asked", f"{way}-snoozed"]
        for who in whos:
            prepared(who)
        answers = receive(*(plain(inbox, text, who, html="<p>", key=f"k{n}") for n in (1, 2) for who in whos))
        assert [isinstance(answer.written, MessageRow) for answer in answers] == [way == "short"] * 4
        found[way] = [
            (
                everything(a.message, but=("id", "conversation_id", "contact_id", "created_at", "external_id")),
                everything(
                    a.conversation,
                    but=(
                        "id", "contact_id", "created_at", "last_activity_at", "waiting_since", "last_message_id",
                        "last_incoming_id", "agent_read_id",
                    ),
                ),
                a.conversation.last_message_id - a.message.pk,
                a.conversation.last_incoming_id - a.message.pk,
                a.conversation.waiting_since == a.conversation.last_activity_at == a.message.created_at,
                a.message.contact_id == a.conversation.contact_id,
                [
                    everything(event, but=("id", "tx", "conversation_id", "message_id", "created_at"))
                    for event in Event.objects.filter(message=a.message, conversation=a.conversation)
                ],
            )
            for a in answers
        ]  # fmt: skip
    assert found["short"] == found["long"]
    assert len(found["short"][0][-1]) == 1


def test_what_is_answered_is_what_is_stored(inbox: Inbox, ada: Agent, ben: Agent) -> None:
    begun = says(inbox, "first")
    triage.assign(begun.conversation, by=ada, to=ben)
    got = goes_on(inbox, " more\r\n", client_id="c1")
    written, within = got.written, got.within
    assert within.pk == begun.conversation.pk
    for name in MessageRow._fields:
        assert getattr(written, name) == getattr(got.message, name), name
    for name in within._fields:  # type: ignore[union-attr]
        assert getattr(within, name) == getattr(got.conversation, name), name
    assert (begun.begins, got.begins, got.is_new) == (True, False, True)


def test_a_batch_takes_the_same_few_statements_however_big(inbox: Inbox) -> None:
    whos = [f"v{number}" for number in range(60)]
    receive(*(plain(inbox, "hello", who) for who in whos))
    for size in (2, 60):
        with CaptureQueriesContext(connection) as captured:
            assert all(took_the_short_way(*(plain(inbox, "more", who) for who in whos[:size])))
        # The savepoint of the test's own transaction is two.
        assert len(captured) - 2 == (5 if connection.vendor == "sqlite" else 2)


def test_it_reads_no_table_through(inbox: Inbox) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("SQLite's plans are the same however little is stored.")
    says(inbox, "hello")
    with CaptureQueriesContext(connection) as captured:
        goes_on(inbox, "more")
    with connection.cursor() as cursor:
        for query in captured.captured_queries[1:-1]:
            cursor.execute(f"EXPLAIN QUERY PLAN {query['sql']}")
            plan = [row[3] for row in cursor.fetchall()]
            assert not [
                line for line in plan if "SCAN" in line and "VIRTUAL TABLE" not in line and "seq" not in line
            ], plan


def test_usual_and_unusual_in_one_batch_are_answered_in_their_order(inbox: Inbox, other_inbox: Inbox) -> None:
    says(inbox, "x", who="dee")
    says(other_inbox, "x", who="dee")
    says(inbox, "x", who="eva")
    items = [
        plain(inbox, "1", "stranger"),
        plain(inbox, "2", "dee"),
        plain(other_inbox, "3", "dee"),
        inbound(inbox, "4", who="eva"),
        plain(inbox, "5", "dee"),
        plain(inbox, "6", "eva"),
        plain(inbox, "7", "stranger"),
    ]
    answers = receive(*items)
    assert [answer.message.text for answer in answers] == list("1234567")
    assert [isinstance(a.written, Message) for a in answers] == [True] * 7  # they have been read now
    assert [answer.conversation.inbox_id for answer in answers] == [item.inbox_id for item in items]
    # Eva's plain words came after those that tell her name, so they are stored after them.
    order = [list(m.values_list("text", flat=True)) for m in (within(a) for a in (answers[1], answers[3], answers[0]))]
    assert order == [["x", "2", "5"], ["x", "4", "6"], ["1", "7"]]
    assert answers[1].conversation.preview == "5"
    assert Event.objects.filter(kind="received").count() == 10


def within(answer: Received) -> Any:
    return Message.objects.filter(conversation=answer.conversation).order_by("pk")


# A conversation that isn't simply open


def test_an_ended_one_is_opened_again(conversation: Conversation, inbox: Inbox) -> None:
    lifecycle.customer_ends(conversation)
    (answer,) = receive(plain(inbox, "again"))
    assert answer.conversation.pk == conversation.pk
    assert answer.conversation.status == Status.OPEN
    assert Event.objects.filter(kind="reopened").count() == 1


def test_one_set_aside_gets_nothing_more(conversation: Conversation, inbox: Inbox, ben: Agent) -> None:
    lifecycle.set_aside(conversation, by=ben, how="spam", reason="Casino")
    (answer,) = receive(plain(inbox, "again"))
    assert answer.begins
    assert answer.conversation.pk != conversation.pk


def test_a_merged_one_leads_on(inbox: Inbox, letter_inbox: Inbox, ada: Agent) -> None:
    chat, letter = says(inbox, "x").conversation, says(letter_inbox, "y").conversation
    joining.merge(chat, into=letter, by=ada)
    (answer,) = receive(plain(inbox, "again"))
    assert answer.conversation.pk == letter.pk


def test_the_newest_is_meant_even_if_an_older_one_is_open(conversation: Conversation, inbox: Inbox) -> None:
    newer = Conversation.objects.get(pk=conversation.pk)
    newer.pk, newer.status, newer.closed_how, newer.closed_at = None, "closed", "customer", clock.now()
    newer.save(force_insert=True)
    (answer,) = receive(plain(inbox, "again"))
    assert answer.conversation.pk == newer.pk


def test_another_matter_and_what_only_others_may_say_go_the_thorough_way(
    conversation: Conversation, inbox: Inbox
) -> None:
    usual, numbers = plain(inbox, "x"), itertools.count()
    for unusual in (
        {"another": True},
        {"conversation_id": conversation.pk},
        {"automatic": True},
        {"spam": "It says so"},
        {"sender": Sender(visitor(), name="Dee")},
        {"sender": Sender(visitor(), claims=(Claim("email", "dee@home.example"),))},
        {"sender": Sender(Claim("visitor", visitor().value))},
    ):
        changed = dataclasses.replace(usual, external_id=str(next(numbers)), **unusual)  # type: ignore[arg-type]
        assert took_the_short_way(changed) == [False], unusual
    assert took_the_short_way(usual) == [True]


def test_where_messages_say_what_they_continue_nothing_is_guessed(mailbox: Inbox) -> None:
    says(mailbox, "x")
    assert took_the_short_way(plain(mailbox, "y")) == [False]


# A customer who isn't simply known


def test_a_browser_that_was_signed_in_on_is_a_strangers_again_within_a_batch_too(inbox: Inbox) -> None:
    begun = says(inbox, "x", sender=Sender(visitor()))
    shop = Sender(Claim("shop", "7", "signed"), claims=(visitor(),))
    before, signed, after = receive(plain(inbox, "a"), inbound(inbox, "b", sender=shop), plain(inbox, "c"))
    assert begun.message.contact_id == before.message.contact_id == signed.message.contact_id
    assert after.message.contact_id != signed.message.contact_id
    assert goes_on(inbox, "d").message.contact_id == after.message.contact_id


def test_only_a_proven_identity_finds_its_conversation(conversation: Conversation, inbox: Inbox, dee: Contact) -> None:
    Identity.objects.filter(contact=dee).update(verified_at=None)
    (answer,) = receive(plain(inbox, "hello"))
    assert answer.conversation.pk != conversation.pk
    assert answer.message.contact_id != dee.pk


def test_a_contact_who_was_merged_away_is_followed(conversation: Conversation, inbox: Inbox, brand: Any) -> None:
    eva = Contact.objects.create(brand=brand, name="Eva", created_at=clock.now())
    Identity.objects.filter(contact=conversation.contact).update(contact=eva)
    Conversation.objects.filter(pk=conversation.pk).update(contact=eva)
    assert goes_on(inbox, "hello").message.contact_id == eva.pk


def test_brands_share_nobody(inbox: Inbox, other_inbox: Inbox) -> None:
    says(inbox, "x")
    (answer,) = receive(plain(other_inbox, "y"))
    assert answer.begins
    assert answer.conversation.brand_id == other_inbox.brand_id


# Again, and at the same time


def test_a_repeated_delivery_among_others_is_known(conversation: Conversation, inbox: Inbox) -> None:
    says(inbox, "x", who="eva")
    first = goes_on(inbox, "a", key="k1")
    known, new, copy = receive(
        plain(inbox, "a", key="k1"), plain(inbox, "b", "eva", key="k2"), plain(inbox, "a", key="k1")
    )
    assert [answer.is_new for answer in (known, new, copy)] == [False, True, False]
    assert known.message.pk == copy.message.pk == first.message.pk
    one, same = receive(plain(inbox, "c", key="k3"), plain(inbox, "c", key="k3"))
    assert (one.is_new, same.is_new, one.message.pk) == (True, False, same.message.pk)
    assert Message.objects.filter(text__in="abc").count() == 3
    assert Event.objects.filter(kind="received", message__text__in="abc").count() == 3


def test_a_bad_one_sinks_no_usual_ones(conversation: Conversation, inbox: Inbox) -> None:
    bad = plain(inbox, "bad", "eva", attachments=("nowhere",))
    answers = intake.receive([plain(inbox, "1"), bad, plain(inbox, "2")])
    assert [isinstance(answer, Received) and answer.is_new for answer in answers] == [True, False, True]
    assert list(Message.objects.filter(text__in="12").order_by("pk").values_list("text", flat=True)) == ["1", "2"]


@pytest.mark.django_db(transaction=True)
def test_all_or_none_where_nobody_has_begun_a_transaction(inbox: Inbox) -> None:
    for who in ("dee", "eva"):
        says(inbox, "x", who=who)
    goes_on(inbox, "a", key="k1")
    with pytest.raises(IntegrityError):
        going_on.store([plain(inbox, "b", "eva", key="k2"), plain(inbox, "a", key="k1")])
    assert not Message.objects.filter(text="b").exists()
    new, known = receive(plain(inbox, "b", "eva", key="k2"), plain(inbox, "a", key="k1"))
    assert (new.is_new, known.is_new) == (True, False)
    assert [len(Message.objects.filter(text=text)) for text in "ab"] == [1, 1]
    goes_on(inbox, "c")


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has no server to lose")
def test_it_goes_on_when_its_connection_has_been_cut(inbox: Inbox) -> None:
    says(inbox, "x")
    goes_on(inbox, "before")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()

    def cut() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
        connection.close()

    thread = threading.Thread(target=cut)
    thread.start()
    thread.join()
    assert [type(answer) for answer in intake.receive([plain(inbox, "after", key="k1")])] == [Received]
    goes_on(inbox, "later")
    assert list(Message.objects.order_by("pk").values_list("text", flat=True)) == ["x", "before", "after", "later"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has one writer at a time")
@pytest.mark.parametrize("how", ["ended", "set aside", "merged", "signed in", "snoozed", "assigned"])
def test_what_happens_while_it_waits_for_the_conversation_counts(
    inbox: Inbox, letter_inbox: Inbox, ada: Agent, how: str
) -> None:
    """A change of the conversation that another process hasn't committed yet: the message waits, then looks again."""
    conversation = says(inbox, "x", sender=Sender(visitor())).conversation
    letter = says(letter_inbox, "y").conversation
    answers: list[Any] = []

    def write() -> None:
        answers.extend(intake.receive([plain(inbox, "meanwhile")]))
        connection.close()

    with transaction.atomic():
        with changing(conversation):
            if how == "ended":
                lifecycle.customer_ends(conversation)
            elif how == "set aside":
                lifecycle.set_aside(conversation, by=ada, how="spam", reason="Casino")
            elif how == "merged":
                joining.merge(conversation, into=letter, by=ada)
            elif how == "snoozed":
                lifecycle.snooze(conversation, by=ada, until=clock.now().replace(year=2100))
            elif how == "assigned":
                triage.assign(conversation, by=ada, to=ada)
            else:
                says(inbox, "z", sender=Sender(Claim("shop", "7", "signed"), claims=(visitor(),)))
        thread = threading.Thread(target=write)
        thread.start()
        thread.join(0.5)
        assert thread.is_alive()
    thread.join(20)
    (answer,) = answers
    expected = {"set aside": None, "merged": letter.pk}.get(how, conversation.pk)
    assert answer.begins == (expected is None)
    assert expected in (None, answer.conversation.pk)
    told = answer.conversation
    assert (told.status, told.last_message_id, told.preview) == (Status.OPEN, answer.message.pk, "meanwhile")
    assert told.assignee_id == (ada.pk if how == "assigned" else None)
    kinds = list(Event.objects.filter(conversation=told).order_by("tx", "pk").values_list("kind", flat=True))
    assert kinds[-1] == "received"


@pytest.mark.django_db(transaction=True)
def test_many_writers_at_once_keep_every_conversation_in_order(inbox: Inbox) -> None:
    """As in several processes: each message once, ids, events and what lists show in the same order."""
    whos = [f"v{number}" for number in range(6)]
    receive(*(plain(inbox, "begin", who) for who in whos))
    failed: list[Any] = []

    def write(number: int) -> None:
        for turn in range(15):
            turned = whos[(number + turn) % 6 :] + whos[: (number + turn) % 6]
            answers = intake.receive([plain(inbox, f"{number}.{turn}", who) for who in turned[:4]])
            failed.extend(answer for answer in answers if not isinstance(answer, Received))
        connection.close()

    threads = [threading.Thread(target=write, args=[number]) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert Message.objects.count() == 6 + 4 * 15 * 4
    for conversation in Conversation.objects.all():
        messages = list(Message.objects.filter(conversation=conversation).order_by("pk"))
        told = Event.objects.filter(conversation=conversation).order_by("tx", "pk")
        assert list(told.values_list("message_id", flat=True)) == [message.pk for message in messages]
        newest = messages[-1]
        assert (conversation.last_message_id, conversation.last_incoming_id) == (newest.pk, newest.pk)
        assert (conversation.preview, conversation.last_activity_at) == (newest.text, newest.created_at)
