"""The told past must be one that the verbs could have written."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from django.db.models import Max
from django.test.utils import CaptureQueriesContext
from pytest_django.plugin import DjangoDbBlocker

from aspa.config.subscribers import SUBSCRIBERS
from aspa.core.conversations import subscriptions
from aspa.core.conversations.models import Conversation, Draft, Event, Mention, Message, SubscriberCursor
from aspa.core.people.models import Agent, Contact
from aspa.demo import cast, history
from aspa.service.commerce.models import Booking, Cart, Loyalty, Order, Subscription

Status, Kind = Conversation.Status, Message.Kind


@pytest.fixture(scope="module")
def told(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[cast.Cast]:
    """Told once for all the tests that only look at it."""
    with django_db_blocker.unblock(), transaction.atomic():
        everybody = cast.gather("shop.example")
        history.tell(everybody)
        yield everybody
        transaction.set_rollback(True)


def test_every_state_can_be_seen(told: cast.Cast) -> None:
    seen = set(Conversation.objects.values_list("status", "closed_how"))
    assert seen >= {
        ("open", ""), ("waiting", ""), ("snoozed", ""), ("closed", "customer"), ("closed", "silence"),
        ("closed", "spam"), ("closed", "abuse"), ("closed", "merged"),
    }  # fmt: skip
    assert Conversation.objects.filter(status="open", assignee=None).count() >= 5
    # A chat's line that broke, and a letter that came back.
    assert Message.objects.filter(state="failed").count() == 2
    assert Mention.objects.filter(agent=told.agents["aino"], seen_at=None).exists()
    assert set(Conversation.objects.values_list("language", flat=True)) == {"fi", "sv", "en"}


def test_ainos_day_begins_with_maija(told: cast.Cast) -> None:
    mine = Conversation.objects.filter(assignee=told.agents["aino"], status=Status.OPEN).order_by("-last_activity_at")
    first = mine[0]
    assert (first.contact.name, first.subject) == ("Maija Koskinen", "Tilaus 10482 viipyy")
    assert first.preview == "Selvä, mutta ehtiikö se ennen joulua?"
    assert Draft.objects.get(conversation=first).text.startswith("Ymmärrän huolen.")


def test_what_customers_bought_is_at_hand(told: cast.Cast) -> None:
    maija = Contact.objects.get(name="Maija Koskinen")
    order = Order.objects.get(number="10482", contact=maija)
    assert (order.status, order.total, order.item_count) == ("shipped", 12_700, 2)
    cart = Cart.objects.get(contact=maija)
    assert (cart.state, cart.value) == ("abandoned", 3_980)
    assert (maija.tier, Loyalty.objects.get(contact=maija).tier) == ("Kulta", "Kulta")
    assert Order.known().count() > 150 and Booking.known().exists() and Subscription.known().exists()
    # No customer was made of them: everything landed on those who talk.
    assert not Contact.objects.filter(conversations__isnull=True).exists()


def test_each_message_has_its_event_and_none_is_lost(told: cast.Cast) -> None:
    without = Message.objects.exclude(pk__in=Event.objects.filter(message__isnull=False).values("message"))
    assert not without.exists()
    merged = Conversation.objects.filter(closed_how="merged").values_list("pk", flat=True)
    assert not Conversation.objects.exclude(pk__in=merged).filter(messages__isnull=True).exists()
    assert not Conversation.objects.filter(events__isnull=True).exists()


def test_what_lists_show_agrees_with_the_messages(told: cast.Cast) -> None:
    for conversation in Conversation.objects.exclude(closed_how="merged"):
        messages = Message.objects.filter(conversation=conversation)
        # A machine's word, which says so in its data, changes nothing of whose turn it is.
        incoming = messages.filter(kind=Kind.INCOMING, data={}).aggregate(last=Max("pk"))["last"]
        spoken = messages.filter(kind__in=(Kind.INCOMING, Kind.REPLY), data={}).order_by("-pk")[0]
        assert conversation.last_message_id == messages.aggregate(last=Max("pk"))["last"]
        assert conversation.last_incoming_id == incoming
        assert conversation.preview_kind == spoken.kind
        assert conversation.agent_read_id <= incoming
        assert (conversation.status == Status.CLOSED) == (conversation.closed_at is not None)
        assert (conversation.status == Status.SNOOZED) == (conversation.snoozed_until is not None)
        if conversation.status != Status.OPEN:
            assert conversation.waiting_since is None


def test_who_waits_for_us_has_written_last(told: cast.Cast) -> None:
    for conversation in Conversation.objects.filter(status=Status.OPEN):
        unanswered = Message.objects.filter(conversation=conversation, kind=Kind.INCOMING, data={})
        reply = Message.objects.filter(conversation=conversation, kind=Kind.REPLY).order_by("-pk").first()
        if reply:
            unanswered = unanswered.filter(pk__gt=reply.pk)
        first = unanswered.order_by("pk").first()
        assert conversation.waiting_since == (first.created_at if first else None)


def test_nothing_is_public_that_must_not_be(told: cast.Cast) -> None:
    assert Message.objects.filter(kind=Kind.NOTE).count() > 5
    assert not Message.objects.filter(kind=Kind.NOTE, is_public=True).exists()
    assert not Message.objects.filter(code__in=("taken", "snoozed", "set_aside", "merged"), is_public=True).exists()


def test_time_runs_one_way(told: cast.Cast) -> None:
    for conversation in Conversation.objects.exclude(merged__isnull=False):
        times = list(
            Message.objects.filter(conversation=conversation).order_by("pk").values_list("created_at", flat=True)
        )
        assert times == sorted(times)
    assert not Message.objects.filter(text__contains="{").exists()
    assert not Message.objects.filter(text__contains="[[").exists()


def test_a_customer_has_one_conversation_going_on_in_an_inbox(told: cast.Cast) -> None:
    live = Conversation.objects.exclude(status=Status.CLOSED).values_list("contact", "inbox")
    assert len(live) == len(set(live))


def test_subscribers_begin_where_the_past_ends(told: cast.Cast) -> None:
    before = Message.objects.count()
    for name, handler in SUBSCRIBERS.items():
        while subscriptions.run_once(name, handler):
            pass
    assert set(SubscriberCursor.objects.values_list("name", flat=True)) == set(SUBSCRIBERS)
    assert Message.objects.count() == before


def test_the_password_that_is_printed_opens(told: cast.Cast) -> None:
    assert all(agent.check_password(cast.PASSWORD) for agent in Agent.objects.all()[:2])


def test_telling_takes_few_statements_and_little_time(db: None) -> None:
    everybody = cast.gather("shop.example")
    began = time.process_time()
    with CaptureQueriesContext(connection) as queries:
        history.tell(everybody)
    assert Conversation.objects.count() > 300
    assert len(queries) < 360
    # Generous: a second of work is usual.
    assert time.process_time() - began < 8
