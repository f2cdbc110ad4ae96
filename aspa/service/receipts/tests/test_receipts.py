"""One receipt for a conversation, at its beginning."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
import time_machine

from aspa.core.conversations import lifecycle
from aspa.core.conversations.models import Message
from aspa.core.inboxes.channel import Claim, Sender
from aspa.core.inboxes.models import Inbox
from aspa.kit import clock
from aspa.service.receipts import enough, receipts
from aspa.service.receipts.models import Given
from tests import journal
from tests.cast import Cast, says

pytestmark = pytest.mark.django_db


def test_one_receipt_however_often_the_events_are_read(cast: Cast) -> None:
    first = says(cast.inbox, "Hei")
    says(cast.inbox, "vielä yksi asia")
    for _ in range(2):
        receipts.give(journal.whole())

    receipt = Message.objects.get(conversation=first.conversation, code="receipt")
    assert receipt.is_public
    assert receipt.data == {"reference": first.conversation.reference, "basis": "soon", "team": cast.team.name}


def test_later_messages_cost_one_look(
    cast: Cast, django_assert_num_queries: Callable[[int], AbstractContextManager[None]]
) -> None:
    says(cast.inbox, "Hei")
    second = says(cast.inbox, "vielä yksi asia")
    later = journal.of(second.message)

    with django_assert_num_queries(1):
        receipts.give(later)


def test_a_crowd_gets_them_a_few_at_a_time(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receipts, "AT_ONCE", 3)
    whos = [f"v{number}" for number in range(7)]
    for who in whos:
        says(cast.inbox, "Hei", who=who)
        says(cast.inbox, "vielä yksi asia", who=who)
    stretch, given = journal.whole(), []
    for _ in range(3):
        until = receipts.give(stretch)
        given.append(Message.objects.filter(code="receipt").count())
        stretch = dataclasses.replace(stretch, after=until)
    assert given == [3, 6, 7]
    assert until == stretch.until


def test_what_was_set_aside_gets_none(cast: Cast) -> None:
    first = says(cast.inbox, "osta halvalla")
    lifecycle.set_aside(first.conversation, by=cast.ada, how="spam", reason="mainos")
    receipts.give(journal.whole())

    assert not Message.objects.filter(code="receipt").exists()


def test_a_machine_gets_none(cast: Cast) -> None:
    says(cast.inbox, "I am out of the office", automatic=True)
    receipts.give(journal.whole())

    assert not Message.objects.filter(code="receipt").exists()


@pytest.fixture
def mail(cast: Cast) -> Inbox:
    return Inbox.objects.create(
        brand=cast.brand, name="Mail", channel="email", settings={"address": "support@villa.example"}
    )


def writes(inbox: Inbox, number: int, address: str = "dee@customer.example") -> Message:
    # Doubted each time, so each is a contact of its own.
    sender = Sender(Claim("email", address, doubted=True))
    received = says(inbox, "Thank you for your message", key=str(number), sender=sender)
    receipts.give(journal.of(received.message))
    return received.message


def test_one_address_gets_few_a_day(mail: Inbox) -> None:
    contacts = {writes(mail, number).contact_id for number in range(enough.MOST + 3)}
    assert len(contacts) == enough.MOST + 3
    assert Message.objects.filter(code="receipt").count() == enough.MOST

    writes(mail, 98, "other@customer.example")
    assert Message.objects.filter(code="receipt").count() == enough.MOST + 1

    with time_machine.travel(clock.now() + dt.timedelta(hours=25)):
        enough.sweep()
        writes(mail, 99)
    assert Message.objects.filter(code="receipt").count() == enough.MOST + 2
    assert Given.objects.count() == 1
