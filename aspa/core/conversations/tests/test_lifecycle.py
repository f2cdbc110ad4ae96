"""How a conversation lives and ends."""

from __future__ import annotations

import datetime as dt
import inspect

import pytest
import time_machine

from aspa.core.conversations import activities, delivery, joining, lifecycle, replies, triage, turns
from aspa.core.conversations.changing import Refused
from aspa.core.conversations.models import Conversation, Event, Message
from aspa.core.conversations.tests.fakes import FakeChannel
from aspa.core.inboxes.channel import Claim, DeliveryFailed, Sender
from aspa.core.inboxes.models import Inbox
from aspa.core.people.models import Agent
from aspa.kit import clock
from tests.cast import says, visitor

pytestmark = pytest.mark.django_db

Status = Conversation.Status
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def answered(conversation: Conversation, ben: Agent) -> Conversation:
    replies.reply(conversation, by=ben, body="It comes tomorrow.")
    return Conversation.objects.get(pk=conversation.pk)


def test_asking_is_refused_while_a_question_is_unanswered(conversation: Conversation, ben: Agent) -> None:
    with pytest.raises(Refused) as refusal:
        lifecycle.ask_if_solved(conversation, by=ben)
    assert refusal.value.code == "unanswered"
    conversation.refresh_from_db()
    assert (conversation.status, conversation.asked_solved) == (Status.OPEN, False)
    assert [message.text for message in turns.unanswered_messages(conversation)] == ["Where is my parcel?"]


def test_asking_waits_for_the_customer(answered: Conversation, ben: Agent) -> None:
    lifecycle.ask_if_solved(answered, by=ben)
    answered.refresh_from_db()
    assert (answered.status, answered.asked_solved) == (Status.WAITING, True)
    assert Message.objects.for_contact().filter(code="ask_solved").exists()
    with pytest.raises(Refused) as refusal:
        lifecycle.ask_if_solved(answered, by=ben)
    assert refusal.value.code == "asked"


def test_the_customer_says_no_and_it_is_our_turn(answered: Conversation, ben: Agent) -> None:
    lifecycle.ask_if_solved(answered, by=ben)
    for _twice in range(2):
        lifecycle.customer_says_not_solved(answered)
    answered.refresh_from_db()
    assert (answered.status, answered.asked_solved, answered.is_waiting_for_us) == (Status.OPEN, False, True)
    assert Event.objects.filter(kind="not_solved", by_contact=True).count() == 1


def test_the_customer_ends_it(answered: Conversation) -> None:
    for _twice in range(2):
        lifecycle.customer_ends(answered)
    answered.refresh_from_db()
    assert (answered.status, answered.closed_how) == (Status.CLOSED, "customer")
    assert answered.closed_at is not None
    assert Event.objects.filter(kind="ended").count() == 1


def test_nothing_asked_or_snoozed_of_an_ended_one(answered: Conversation, ben: Agent) -> None:
    lifecycle.customer_ends(answered)
    for refused in (
        lambda: lifecycle.ask_if_solved(answered, by=ben),
        lambda: lifecycle.wait_for_customer(answered, by=ben),
        lambda: lifecycle.snooze(answered, by=ben, until=clock.now() + HOUR),
    ):
        with pytest.raises(Refused) as refusal:
            refused()
        assert refusal.value.code == "closed"


def test_no_verb_lets_an_agent_end_a_conversation(answered: Conversation, ben: Agent) -> None:
    """Only setting aside takes an agent and closes, and it takes no other way of ending."""
    for how in ("customer", "silence", "merged", "closed", ""):
        with pytest.raises(Refused) as refusal:
            lifecycle.set_aside(answered, by=ben, how=how, reason="Because")
        assert refusal.value.code == "not_yours"
    for verb in (lifecycle.customer_ends, lifecycle.close_by_silence):
        assert "by" not in inspect.signature(verb).parameters
    closing = {name for name in vars(lifecycle) if not name.startswith("_") and "close" in name.lower()}
    assert closing == {"ClosedHow", "close_by_silence"}


def test_setting_aside_wants_a_reason_that_stays(conversation: Conversation, ben: Agent) -> None:
    with pytest.raises(Refused) as refusal:
        lifecycle.set_aside(conversation, by=ben, how="spam", reason="  ")
    assert refusal.value.code == "reason"
    lifecycle.set_aside(conversation, by=ben, how="spam", reason=" Casino ")
    conversation.refresh_from_db()
    assert (conversation.status, conversation.closed_how, conversation.closed_reason) == (
        Status.CLOSED,
        "spam",
        "Casino",
    )
    assert Event.objects.get(kind="set_aside").data["reason"] == "Casino"
    assert not Message.objects.for_contact().filter(code="set_aside").exists()
    with pytest.raises(Refused):
        lifecycle.set_aside(conversation, by=ben, how="abuse", reason="x")


def test_taking_it_back_remembers_that_the_customer_waits(conversation: Conversation, ben: Agent) -> None:
    conversation.refresh_from_db()
    since = conversation.waiting_since
    lifecycle.set_aside(conversation, by=ben, how="spam", reason="Casino")
    lifecycle.reopen(conversation, by=ben)
    conversation.refresh_from_db()
    assert (conversation.status, conversation.closed_how, conversation.closed_reason) == (Status.OPEN, "", "")
    assert conversation.waiting_since == since


def test_the_customer_opens_again_what_they_ended(conversation: Conversation) -> None:
    lifecycle.customer_ends(conversation)
    for _twice in range(2):
        lifecycle.reopen(conversation)
    conversation.refresh_from_db()
    assert (conversation.status, conversation.closed_at, conversation.waiting_since) == (Status.OPEN, None, None)
    assert Event.objects.filter(kind="reopened", by_contact=True).count() == 1


def test_the_customer_cannot_open_what_was_set_aside(conversation: Conversation, ben: Agent) -> None:
    lifecycle.set_aside(conversation, by=ben, how="abuse", reason="Threats")
    with pytest.raises(Refused) as refusal:
        lifecycle.reopen(conversation)
    assert refusal.value.code == "set_aside"


def test_snooze_and_wake(conversation: Conversation, ben: Agent) -> None:
    with pytest.raises(Refused):
        lifecycle.snooze(conversation, by=ben, until=clock.now() - HOUR)
    until = clock.now() + HOUR
    lifecycle.snooze(conversation, by=ben, until=until)
    conversation.refresh_from_db()
    assert (conversation.status, conversation.snoozed_until) == (Status.SNOOZED, until)
    for _twice in range(2):
        lifecycle.wake(conversation, by=ben)
    conversation.refresh_from_db()
    assert (conversation.status, conversation.snoozed_until) == (Status.OPEN, None)
    assert Event.objects.filter(kind="woken").count() == 1


def test_what_is_due_wakes(conversation: Conversation, inbox: Inbox, ben: Agent) -> None:
    later = says(inbox, "x", who="eva").conversation
    lifecycle.snooze(conversation, by=ben, until=clock.now() + HOUR)
    lifecycle.snooze(later, by=ben, until=clock.now() + 3 * HOUR)
    assert lifecycle.wake_due() == 0
    with time_machine.travel(clock.now() + 2 * HOUR):
        assert lifecycle.wake_due() == 1
        assert lifecycle.wake_due() == 0
    conversation.refresh_from_db()
    later.refresh_from_db()
    assert (conversation.status, later.status) == (Status.OPEN, Status.SNOOZED)


def test_waiting_for_the_customer(conversation: Conversation, ben: Agent, inbox: Inbox) -> None:
    with pytest.raises(Refused) as refusal:
        lifecycle.wait_for_customer(conversation, by=ben)
    assert refusal.value.code == "unanswered"
    replies.reply(conversation, by=ben, body="Send us a picture")
    for _twice in range(2):
        lifecycle.wait_for_customer(conversation, by=ben)
    conversation.refresh_from_db()
    assert conversation.status == Status.WAITING
    assert Event.objects.filter(kind="waiting").count() == 1
    says(inbox, "Here")
    conversation.refresh_from_db()
    assert (conversation.status, conversation.is_waiting_for_us) == (Status.OPEN, True)


def test_every_activity_can_be_said_in_every_language(conversation: Conversation, ben: Agent) -> None:
    values = {
        "who": "Ben",
        "whom": "Ada",
        "team": "T",
        "reason": "100 % spam",
        "reference": "A-1",
        "how": "spam",
        "priority": 2,
        "addresses": "a@b.example",
        "due": "2026-11-24T12:00:00+00:00",
        "what": "I'll find out",
        "why": {"because": ["language", "room"], "language": "sv", "taken": 1, "most": 4},
        "minutes": 10,
        "gone": "left",
        "where": "de…@customer.example",
        "by": "Bank",
        "items": "2",
        "total": "54,00 €",
        "level": "substantial",
        "number": "10482",
        "proof": "email",
        "cause": "asked",
    }
    for code, (ours, theirs) in activities.SENTENCES.items():
        message = Message(code=code, data=values, conversation=conversation)
        for language in ("fi", "sv", "en"):
            assert activities.sentence(message, for_contact=False, language=language)
            assert bool(activities.sentence(message, for_contact=True, language=language)) == (theirs is not None)
        said = activities.sentence(message, for_contact=False, language="en")
        assert "%(" not in said
        assert ("Ben" in said) == ("%(who)s" in ours)


def test_people_and_reasons_are_not_taken_for_codes() -> None:
    message = Message(code="set_aside", data={"who": "merged", "how": "spam", "reason": "spam"})
    assert activities.sentence(message, for_contact=False, language="en") == "merged set this aside as Spam: spam"
    assert activities.sentence(Message(code="from a newer version"), for_contact=False) == ""


def test_what_aspa_does_is_said_so(conversation: Conversation, ada: Agent) -> None:
    triage.assign(conversation, by=None, to=ada)
    line = Message.objects.get(code="assigned")
    assert activities.sentence(line, for_contact=False, language="en") == "Aspa gave this to Ada Aalto"


def test_a_merged_one_is_not_opened_but_taken_apart(
    conversation: Conversation, letter: Conversation, ada: Agent
) -> None:
    joining.merge(conversation, into=letter, by=ada)
    with pytest.raises(Refused) as refusal:
        lifecycle.reopen(conversation, by=ada)
    assert refusal.value.code == "merged"


@pytest.fixture
def waiting(answered: Conversation) -> Conversation:
    """Answered, and it is the customer's turn."""
    return lifecycle.wait_for_customer(answered)


def test_silence_closes_only_what_was_announced(waiting: Conversation) -> None:
    closes_at = clock.now() + HOUR
    lifecycle.remind(waiting, closes_at=closes_at)
    with pytest.raises(Refused) as again:
        lifecycle.remind(waiting, closes_at=closes_at)
    assert again.value.code == "reminded"
    with pytest.raises(Refused) as early:
        lifecycle.close_by_silence(waiting)
    assert early.value.code == "unannounced"
    with time_machine.travel(closes_at + HOUR, tick=False):
        lifecycle.close_by_silence(waiting)
    waiting.refresh_from_db()
    assert (waiting.status, waiting.closed_how) == (Status.CLOSED, "silence")
    told = Message.objects.for_contact().filter(kind="activity").order_by("pk").values_list("code", flat=True)
    assert list(told) == ["reminded", "closed_by_silence"]
    ended = Event.objects.get(kind="ended")
    assert (ended.agent, ended.by_contact, ended.data["how"]) == (None, False, "silence")


def test_any_word_after_the_reminder_needs_a_new_one(waiting: Conversation, inbox: Inbox, ben: Agent) -> None:
    lifecycle.remind(waiting, closes_at=clock.now())
    says(inbox, "An absence notice", automatic=True)
    lifecycle.close_by_silence(waiting)
    lifecycle.reopen(waiting, by=ben)
    lifecycle.wait_for_customer(waiting)
    for code in ("unannounced", "unanswered"):
        with pytest.raises(Refused) as refusal:
            lifecycle.close_by_silence(waiting)
        assert refusal.value.code == code
        says(inbox, "Wait, where is it?")


def test_what_is_not_the_customers_turn_is_neither_reminded_nor_closed(conversation: Conversation, ben: Agent) -> None:
    refusals = []
    for step in (
        lambda: None,
        lambda: replies.reply(conversation, by=ben, body="It comes tomorrow."),
        lambda: lifecycle.snooze(conversation, by=ben, until=clock.now() + HOUR),
        lambda: lifecycle.customer_ends(conversation),
    ):
        step()
        for verb in (
            lambda: lifecycle.remind(conversation, closes_at=clock.now()),
            lambda: lifecycle.close_by_silence(conversation),
        ):
            with pytest.raises(Refused) as refusal:
                verb()
            refusals.append(refusal.value.code)
    assert refusals == ["unanswered"] * 2 + ["not_waiting"] * 4 + ["closed"] * 2


def test_a_reminder_that_did_not_arrive_announces_nothing(
    letter: Conversation, ben: Agent, letters: FakeChannel
) -> None:
    delivery.send(replies.reply(letter, by=ben, body="Dear Dee").pk)
    lifecycle.wait_for_customer(letter)
    lifecycle.remind(letter, closes_at=clock.now())
    reminder = Message.objects.get(code="reminded")
    with pytest.raises(Refused) as queued:
        lifecycle.close_by_silence(letter)
    letters.fails.append(DeliveryFailed("No such box", permanent=True))
    delivery.send(reminder.pk)
    with pytest.raises(Refused) as failed:
        lifecycle.close_by_silence(letter)
    assert [queued.value.code, failed.value.code] == ["unannounced", "unanswered"]
    # Whoever can't be reached is ours again, where it can't be forgotten.
    letter.refresh_from_db()
    assert (letter.status, bool(letter.waiting_since)) == ("open", True)
    assert Message.objects.filter(code="reminder_not_delivered", conversation=letter).exists()


@pytest.mark.parametrize(("proven", "channel"), [("link", "mail"), ("", "webchat")])
def test_who_has_left_the_chat_is_reminded_at_a_proven_address(
    inbox: Inbox, mailbox: Inbox, ben: Agent, proven: str, channel: str
) -> None:
    sender = Sender(visitor("dee"), claims=(Claim("email", "dee@home.example", proven),))
    found = says(inbox, "Where is it?", sender=sender).conversation
    replies.reply(found, by=ben, body="It comes tomorrow.")
    lifecycle.remind(lifecycle.wait_for_customer(found), closes_at=clock.now())
    assert Message.objects.get(code="reminded").inbox.channel == channel


def test_thanks_are_no_debt_and_settle_what_was_before(answered: Conversation, inbox: Inbox, ben: Agent) -> None:
    thanks = says(inbox, "Thanks!").message
    lifecycle.customer_thanks(answered, message=thanks, still_ours=False)
    answered.refresh_from_db()
    assert (answered.status, answered.waiting_since) == (Status.WAITING, None)
    assert turns.waiting_since(answered) is None
    assert not turns.unanswered_messages(answered)
    more = says(inbox, "And what does it cost?").message
    lifecycle.customer_thanks(answered, message=thanks, still_ours=False)
    answered.refresh_from_db()
    assert (answered.status, turns.unanswered_messages(answered)) == (Status.OPEN, [more])
    assert Message.objects.filter(code="thanked").count() == 1
