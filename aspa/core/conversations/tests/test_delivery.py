"""The one door out, by a channel that isn't live."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.db import transaction

from aspa.core.conversations import activities, delivery, lifecycle, replies, turns
from aspa.core.conversations.changing import Refused, changing
from aspa.core.conversations.models import Conversation, Event, Message
from aspa.core.conversations.tests.fakes import FakeChannel, permanent, temporary
from aspa.core.inboxes.channel import Receipt
from aspa.core.people.models import Agent
from aspa.kit import clock
from aspa.kit.tasks import run_pending

pytestmark = pytest.mark.django_db


@pytest.fixture
def message(letter: Conversation, ben: Agent) -> Message:
    return replies.reply(letter, by=ben, body="Dear Dee")


def states() -> list[str]:
    return [event.data["state"] for event in Event.objects.filter(kind="delivery").order_by("pk")]


def came_back(message: Message, state: str, reason: str = "") -> str:
    message.refresh_from_db()
    delivery.receipt(Receipt(message.inbox_id, message.external_id or "?", state, reason))
    message.refresh_from_db()
    return message.state


def test_a_live_channel_has_delivered_with_the_commit(conversation: Conversation, ben: Agent) -> None:
    assert replies.reply(conversation, by=ben, body="Hi").state == "sent"
    assert run_pending() == 0


def test_a_reply_is_sent_once(message: Message, letters: FakeChannel) -> None:
    assert message.state == "queued"
    assert run_pending() == 1
    delivery.send(message.pk)
    message.refresh_from_db()
    assert (message.state, message.external_id) == ("sent", f"letter-{message.pk}")
    assert letters.delivered == ["Dear Dee"]
    assert states() == ["sent"]


def test_nothing_is_sent_that_was_not_committed(letter: Conversation, ben: Agent, letters: FakeChannel) -> None:
    with transaction.atomic():
        replies.reply(letter, by=ben, body="Dear Dee")
        transaction.set_rollback(True)
    assert run_pending() == 0


def test_what_fails_for_now_is_tried_again_later(message: Message, letters: FakeChannel) -> None:
    letters.fails = [temporary("The post office is closed.")]
    run_pending()
    message.refresh_from_db()
    assert (message.state, message.state_reason) == ("queued", "The post office is closed.")
    assert run_pending() == 0
    with time_machine.travel(clock.now() + dt.timedelta(minutes=1)):
        assert run_pending() == 1
    message.refresh_from_db()
    assert (message.state, message.state_reason) == ("sent", "")
    assert states() == ["queued", "sent"]


def test_what_goes_on_failing_fails_loudly(message: Message, letters: FakeChannel) -> None:
    letters.fails = [temporary("Closed.") for _ in range(20)]
    run_pending()
    for _hour in range(12):
        with time_machine.travel(clock.now() + dt.timedelta(hours=2 + _hour)):
            run_pending()
    message.refresh_from_db()
    assert (message.state, message.state_reason) == ("failed", "Closed.")
    assert states() == ["queued"] * len(delivery.PAUSES) + ["failed"]


def test_a_permanent_failure_is_loud_at_once(message: Message, letters: FakeChannel) -> None:
    letters.fails = [permanent()]
    run_pending()
    message.refresh_from_db()
    assert (message.state, message.state_reason) == ("failed", "No such address.")
    assert Event.objects.get(kind="delivery").data == {"state": "failed", "reason": "No such address."}
    assert run_pending() == 0


def test_a_fault_in_a_channel_is_not_silent(message: Message, letters: FakeChannel) -> None:
    letters.fails = [ZeroDivisionError("secret words")]
    run_pending()
    message.refresh_from_db()
    assert message.state == "queued"
    assert "secret" not in message.state_reason


def test_a_worker_that_died_half_way_is_followed_by_another(message: Message, letters: FakeChannel) -> None:
    Message.objects.filter(pk=message.pk).update(state="sending")
    run_pending()
    message.refresh_from_db()
    assert message.state == "sent"


def test_a_failed_one_is_tried_again_when_asked(message: Message, letters: FakeChannel) -> None:
    with pytest.raises(Refused):
        delivery.retry(message)
    letters.fails = [permanent()]
    run_pending()
    delivery.retry(message)
    assert run_pending() == 1
    message.refresh_from_db()
    assert (message.state, message.state_reason) == ("sent", "")
    assert letters.delivered == ["Dear Dee"]


def test_who_was_not_reached_still_waits(
    message: Message, letters: FakeChannel, letter: Conversation, ben: Agent
) -> None:
    letter.refresh_from_db()
    assert letter.waiting_since is None
    lifecycle.wait_for_customer(letter, by=ben)
    letters.fails = [permanent()]
    run_pending()

    letter.refresh_from_db()
    asked = Message.objects.get(conversation=letter, kind="incoming")
    assert (letter.status, letter.waiting_since) == ("open", asked.created_at)
    told = Message.objects.get(code="not_delivered")
    assert not told.is_public
    assert told.data == {"who": "Ben Berg", "reason": "No such address."}
    assert turns.unanswered_messages(letter) == [asked]

    delivery.retry(message)
    letter.refresh_from_db()
    assert letter.waiting_since is None


def test_a_late_bounce_brings_it_back_though_another_reply_went(
    message: Message, letter: Conversation, ben: Agent
) -> None:
    run_pending()
    replies.reply(letter, by=ben, body="And another thing")
    run_pending()
    assert came_back(message, "failed", "Moved away") == "failed"
    letter.refresh_from_db()
    assert letter.waiting_since is not None
    assert came_back(message, "delivered") == "delivered"
    letter.refresh_from_db()
    assert letter.waiting_since is None


def test_what_the_customer_has_ended_stays_ended(message: Message, letter: Conversation) -> None:
    run_pending()
    lifecycle.customer_ends(letter)
    came_back(message, "failed", "Moved away")
    letter.refresh_from_db()
    assert (letter.status, letter.waiting_since) == ("closed", None)
    assert Message.objects.filter(code="not_delivered").exists()


def test_what_only_aspa_said_rings_nobody(letter: Conversation, letters: FakeChannel) -> None:
    letters.fails = [permanent()]
    with changing(letter) as current:
        activities.add(current, "receipt", reference=current.reference)
    run_pending()
    assert Message.objects.get(code="receipt").state == "failed"
    assert not Message.objects.filter(code="not_delivered").exists()


def test_receipts_never_go_back(message: Message) -> None:
    run_pending()
    assert came_back(message, "delivered") == "delivered"
    assert came_back(message, "sent") == "delivered"
    assert came_back(message, "failed", "Bounced") == "delivered"
    assert came_back(message, "read") == "read"
    assert came_back(message, "delivered") == "read"
    assert came_back(message, "read") == "read"
    assert states() == ["sent", "delivered", "read"]


def test_a_bounce_after_sending_is_a_failure(message: Message) -> None:
    run_pending()
    assert came_back(message, "failed", "Moved away") == "failed"
    assert came_back(message, "sent") == "failed"
    assert came_back(message, "delivered") == "delivered"


def test_a_receipt_that_overtakes_the_sending(message: Message) -> None:
    Message.objects.filter(pk=message.pk).update(state="sending", external_id="early")
    assert came_back(message, "delivered") == "delivered"
    delivery._become(message, Message.State.SENT, external_id="early")
    message.refresh_from_db()
    assert message.state == "delivered"


def test_a_receipt_for_nothing_is_ignored(message: Message, letter: Conversation) -> None:
    theirs = letter.messages.get(kind="incoming")
    delivery.receipt(Receipt(message.inbox_id, "unknown", "read"))
    delivery.receipt(Receipt(message.inbox_id, theirs.external_id or "", "read"))
    assert states() == []
