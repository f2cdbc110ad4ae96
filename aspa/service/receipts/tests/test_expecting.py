"""By when: the service level's word before what was measured, that before the hours, and never sooner than it is."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
import time_machine

from aspa.core.conversations import activities, next_step, replies
from aspa.core.conversations.models import Conversation, Message
from aspa.core.inboxes.channel import Claim, Sender
from aspa.core.inboxes.models import Inbox
from aspa.kit import clock
from aspa.kit.bus import bus
from aspa.service.hours import calendars, editing
from aspa.service.hours.schedule import periods_of
from aspa.service.receipts import expecting, measuring, receipts
from aspa.service.receipts.models import FirstReply
from aspa.service.sla.models import Policy
from tests import journal
from tests.cast import Cast, says
from tests.letters import mail_inbox

HELSINKI = ZoneInfo("Europe/Helsinki")
# A Monday, when it is open from nine to five.
NOON, NIGHT = "2026-11-23T12:01:00+02:00", "2026-11-23T20:00:00+02:00"


@pytest.fixture
def hours(cast: Cast) -> None:
    editing.set_week(editing.hours_of(cast.brand), [periods_of("9-17")] * 5 + [(), ()], country="")
    calendars.forget()


def given(inbox: Inbox, who: str = "dee") -> Message:
    conversation = says(inbox, "Hei", who=who).conversation
    receipts.give(journal.whole())
    return Message.objects.get(conversation=conversation, code="receipt")


def told(receipt: Message, *, for_contact: bool = True) -> str:
    return activities.sentence(receipt, for_contact=for_contact, language="en")


def answered_within(inbox: Inbox, *minutes: int) -> None:
    for number, took in enumerate(minutes):
        conversation = says(inbox, "Hei", who=f"earlier{number}").conversation
        FirstReply.objects.create(
            conversation=conversation, inbox=inbox, open_seconds=took * 60, replied_at=clock.now()
        )
    receipts.give(journal.whole())
    measuring.forget()


@pytest.mark.django_db
@pytest.mark.usefixtures("hours")
def test_each_word_rests_on_the_surest_there_is(cast: Cast) -> None:
    with time_machine.travel(NOON, tick=False):
        assert told(given(cast.inbox)).endswith("Asiakaspalvelu answers you as soon as possible.")
    with time_machine.travel(NIGHT, tick=False):
        at_night = given(cast.inbox, "night")
        assert "We open on Tue 24 Nov at 09:00, and then Asiakaspalvelu answers you." in told(at_night)
        assert told(at_night, for_contact=False).endswith(" · answer when we open, Tue 24 Nov at 09:00")
    with time_machine.travel(NOON, tick=False):
        # Nine of ten within 100 minutes: the eleventh hour counts less than the usual.
        answered_within(cast.inbox, *[20] * 8, 100, 900)
        assert "Asiakaspalvelu will most likely answer by Mon 23 Nov at 13:45." in told(given(cast.inbox, "measured"))
        Policy.objects.create(name="Soon", first_reply=30)
        assert "Asiakaspalvelu answers you by Mon 23 Nov at 12:35." in told(given(cast.inbox, "target"))
    with time_machine.travel(NIGHT, tick=False):
        receipt = given(cast.inbox, "by night")
        assert next_step.by(receipt) == dt.datetime(2026, 11, 24, 10, 0, tzinfo=HELSINKI)


@pytest.mark.django_db
@pytest.mark.usefixtures("hours")
def test_first_answers_are_measured_in_open_time_and_few_are_kept(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measuring, "KEPT", 2)
    with time_machine.travel(NIGHT, tick=False):
        conversations = [says(cast.inbox, "Hei", who=f"v{number}").conversation for number in range(3)]
    for number, conversation in enumerate(conversations):
        with time_machine.travel(f"2026-11-24T09:{30 + number}:00+02:00", tick=False):
            replies.reply(conversation, by=cast.ben, body="Hei")
            replies.reply(conversation, by=cast.ben, body="Ja vielä")
            measuring.measure(journal.whole())
    assert list(FirstReply.objects.order_by("pk").values_list("open_seconds", flat=True)) == [31 * 60, 32 * 60]


@pytest.mark.django_db
@pytest.mark.usefixtures("hours")
def test_a_letter_names_the_chat_while_it_is_open_and_somebody_is_there(cast: Cast) -> None:
    mail = mail_inbox(cast)

    def letter(number: int) -> str:
        sender = Sender(Claim("email", f"eva{number}@home.example", "dkim"), language="en")
        conversation = Conversation.objects.get(pk=says(mail, "Hei", sender=sender).conversation.pk)
        receipts.give(journal.whole())
        return next_step.chat_sentence(
            Message.objects.get(conversation=conversation, code="receipt").data, conversation
        )

    with time_machine.travel(NOON, tick=False):
        assert letter(1) == ""
        bus.put(
            f"presence:{cast.ben.pk}:x", {"id": cast.ben.pk, "name": "Ben", "initials": "B", "state": "available"}, 60
        )
        assert "shop.example" in letter(2)
        assert "17" in letter(3)
    with time_machine.travel(NIGHT, tick=False):
        assert letter(4) == ""


@pytest.mark.parametrize(
    ("due", "told_as"),
    [("12:32:10", "12:35:00"), ("12:35:00", "12:35:00"), ("15:46:00", "16:00:00"), ("23:59:59", "00:00:00")],
)
@time_machine.travel(NOON, tick=False)
def test_it_is_rounded_to_later(due: str, told_as: str) -> None:
    moment = dt.datetime.fromisoformat(f"2026-11-23T{due}+02:00")
    rounded = expecting.rounded(moment, HELSINKI)
    assert rounded >= moment
    assert rounded.astimezone(HELSINKI).time() == dt.time.fromisoformat(told_as)
