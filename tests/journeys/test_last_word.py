"""The customer's last word: asked, waited for, reminded, closed by silence and opened again; never ended by an agent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client

from aspa.channels.email.sending.tests.conftest import Writes, mail_inbox, peer, writes
from aspa.channels.email.sending.tests.peer import Peer
from aspa.core.conversations import activities, delivery, lifecycle, replies
from aspa.core.conversations.models import Conversation, Event, Message
from aspa.service.closing import counting, sweeping, waiting
from aspa.service.closing.models import EndedDay, Wait
from aspa.service.hours import editing
from aspa.service.hours.schedule import periods_of
from aspa.service.promises import following
from aspa.service.promises.models import Promise
from tests.cast import Cast, says
from tests.journal import whole
from tests.journeys.test_desk_pages import PART, signed_in

# Fixtures of others.
__all__ = ["mail_inbox", "peer", "writes"]

pytestmark = pytest.mark.django_db

# A Tuesday.
BEGIN = dt.datetime.fromisoformat("2026-11-17T10:00:00+02:00")
MINUTE, DAY = dt.timedelta(minutes=1), dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def time() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(BEGIN, tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def office_hours(cast: Cast) -> None:
    editing.set_week(editing.hours_of(cast.brand), [periods_of("9-17")] * 5 + [()] * 2, country="")


@pytest.fixture
def ben(cast: Cast) -> Client:
    return signed_in(cast.ben)


@pytest.fixture
def parcel(cast: Cast) -> Conversation:
    return says(cast.inbox, "Missä pakettini on?").conversation


def url(found: Conversation, noun: str = "") -> str:
    return f"/desk/conversations/{found.pk}/{noun}"


def answer(ben: Client, found: Conversation, text: str = "Se tuli eilen noutopisteeseen.", **more: Any) -> None:
    assert ben.post(url(found, "replies"), {"text": text, "client_id": text, **more}).status_code == 201


def pass_to(time: time_machine.Traveller, moment: dt.datetime | str) -> None:
    """The journal is read, time passes, and the sweep comes round; twice, as it may."""
    follow()
    time.move_to(dt.datetime.fromisoformat(f"{moment}+02:00") if isinstance(moment, str) else moment, tick=False)
    for _again in range(2):
        sweeping.sweep()
        follow()


def follow() -> None:
    """All of it again each time: whoever follows must not mind."""
    for handler in (waiting.follow, counting.count, following.follow):
        handler(whole())


def standing(found: Conversation) -> tuple[str, str]:
    found.refresh_from_db()
    return found.status, found.closed_how


def told(found: Conversation) -> list[str]:
    lines = Message.objects.for_contact().filter(conversation=found, kind="activity").order_by("pk")
    return list(lines.values_list("code", flat=True))


def test_asked_no_goes_on_and_the_customer_ends(ben: Client, cast: Cast, parcel: Conversation) -> None:
    refused = ben.post(url(parcel, "question"))
    assert refused.status_code == 409
    assert f"{url(parcel)}menus/unanswered" in refused["HX-Trigger"]
    for menu in ("unanswered", "aside"):
        assert "Missä pakettini on?" in ben.get(url(parcel, f"menus/{menu}"), headers=PART).content.decode()
    answer(ben, parcel)
    assert ben.post(url(parcel, "question")).status_code == 204
    lifecycle.customer_says_not_solved(parcel)
    assert ben.post(url(parcel, "question")).status_code == 409, "it is our turn again"
    answer(ben, parcel, "Avoinna se on kello 21 asti.")
    assert ben.post(url(parcel, "question")).status_code == 204
    lifecycle.customer_ends(parcel)
    follow()
    assert standing(parcel) == ("closed", "customer")
    assert told(parcel) == ["ask_solved", "not_solved", "ask_solved", "ended_by_contact"]
    assert not Wait.objects.exists()
    page = ben.get(url(parcel), headers=PART).content.decode()
    assert "Ended by the customer" in page
    assert "Open again" in page


def test_nobody_at_the_desk_ends_it(ben: Client, cast: Cast, parcel: Conversation) -> None:
    answer(ben, parcel)
    for how in ("customer", "silence", "merged", ""):
        assert ben.post(url(parcel, "setting-aside"), {"how": how, "reason": "Valmis"}).status_code == 409
    cy = signed_in(cast.cy)
    for noun in ("question", "waiting", "setting-aside", "reopening"):
        assert cy.post(url(parcel, noun), {"how": "spam", "reason": "x"}).status_code == 404
    assert cy.get(url(parcel, "menus/unanswered"), headers=PART).status_code == 404
    assert standing(parcel) == ("open", "")


def test_silence_waits_reminds_closes_and_a_late_word_opens_again(
    ben: Client, cast: Cast, parcel: Conversation, time: time_machine.Traveller
) -> None:
    answer(ben, parcel)
    pass_to(time, BEGIN + 2 * MINUTE)
    assert standing(parcel) == ("open", ""), "two minutes are no silence"
    pass_to(time, BEGIN + 4 * MINUTE)
    assert standing(parcel) == ("waiting", "")
    # Four days later is a Saturday, three days after the reminder a Thursday.
    page = ben.get(url(parcel), headers=PART).content.decode()
    assert "Closes by silence" in page
    assert "Closes by silence" in ben.get("/desk/rows?view=waiting", headers=PART).content.decode()
    pass_to(time, "2026-11-22T12:00:00")
    assert "reminded" not in told(parcel), "nobody is there on a Sunday"
    pass_to(time, "2026-11-23T09:00:00")
    assert told(parcel) == ["reminded"]
    line = Message.objects.get(code="reminded")
    assert activities.sentence(line, for_contact=True, language="en") == (
        "We are still here. If we don't hear from you, we close this Thu 26 Nov at 09:00; write any time to open it again."
    )
    pass_to(time, "2026-11-26T08:59:00")
    assert standing(parcel) == ("waiting", "")
    pass_to(time, "2026-11-26T09:01:00")
    assert standing(parcel) == ("closed", "silence")
    assert told(parcel) == ["reminded", "closed_by_silence"]
    assert Event.objects.filter(kind="ended").count() == 1
    assert [(day.how, day.count, day.agent) for day in EndedDay.objects.all()] == [("silence", 1, None)]
    time.shift(DAY)
    assert says(cast.inbox, "Anteeksi, olin lomalla. Se puuttuu yhä.").conversation.pk == parcel.pk
    assert standing(parcel) == ("open", "")
    pass_to(time, "2026-12-30T12:00:00")
    assert standing(parcel) == ("open", ""), "while the customer waits nothing ends"


def test_any_word_ends_the_wait_and_snoozing_holds_it_up(
    ben: Client, cast: Cast, parcel: Conversation, time: time_machine.Traveller
) -> None:
    answer(ben, parcel)
    pass_to(time, BEGIN + 4 * MINUTE)
    pass_to(time, "2026-11-23T09:00:00")
    assert told(parcel) == ["reminded"]
    assert ben.post(url(parcel, "snooze"), {"until": "2026-12-01T09:00:00+02:00"}).status_code == 204
    pass_to(time, "2026-11-30T12:00:00")
    assert standing(parcel) == ("snoozed", "")
    assert ben.post(url(parcel, "waking")).status_code == 204
    pass_to(time, "2026-11-30T13:00:00")
    assert standing(parcel) == ("open", ""), "whoever woke it has something in mind"
    assert ben.post(url(parcel, "waiting")).status_code == 204
    pass_to(time, "2026-11-30T13:30:00")
    assert Wait.objects.get().reminded_at is None
    says(cast.inbox, "Hei taas")
    follow()
    assert not Wait.objects.exists()
    answer(ben, parcel, "Hei, kerro vain.")
    pass_to(time, "2026-11-30T14:00:00")
    pass_to(time, "2026-12-03T12:00:00")
    assert told(parcel) == ["reminded"], "counted from the last word"


def test_what_we_promised_is_not_the_customers_silence(
    ben: Client, cast: Cast, parcel: Conversation, time: time_machine.Traveller
) -> None:
    word = "Palaan asiaan perjantaina klo 14 mennessä."
    due = "2026-11-20T14:00:00+02:00"
    answer(ben, parcel, word, promise_text=[word], promise_due=[due])
    says(cast.inbox, "Kiitos!")
    pass_to(time, BEGIN + 10 * MINUTE)
    assert standing(parcel) == ("open", "")
    assert parcel.waiting_since is None, "thanks ask for no answer, the promise is still ours"
    assert ben.post(url(parcel, "waiting")).status_code == 204
    pass_to(time, "2026-11-25T12:00:00")
    assert told(parcel) == ["promised"]
    assert standing(parcel) == ("waiting", "")
    promise = Promise.objects.get()
    assert ben.post(url(parcel, f"promises/{promise.pk}/keeping")).status_code == 204
    pass_to(time, "2026-11-27T12:00:00")
    assert told(parcel) == ["promised"], "its whole wait begins now"
    pass_to(time, "2026-11-30T09:00:00")
    assert told(parcel) == ["promised", "reminded"]


def test_a_promise_ends_when_the_customer_ends(ben: Client, parcel: Conversation) -> None:
    word = "Selvitän asian huomenna."
    answer(ben, parcel, word, promise_text=[word], promise_due=["2026-11-18T14:00:00+02:00"])
    lifecycle.customer_ends(parcel)
    follow()
    assert Promise.objects.get().state == "withdrawn"
    gone = Event.objects.get(kind="promise_withdrawn")
    assert (gone.by_contact, gone.data["ended"]) == (True, True)
    assert "promise_withdrawn" not in told(parcel), "who ended needs no excuse"


@pytest.mark.parametrize(
    ("ours", "theirs", "status"),
    [
        ("Se tuli eilen.", "Kiitos!", "waiting"),
        ("Se tuli eilen.", "Kiitos, mutta ei tullut", "open"),
        ("Haluatko uuden?", "Kiitos!", "open"),
    ],
)
def test_a_bare_thanks_asks_nothing(
    ben: Client, cast: Cast, parcel: Conversation, ours: str, theirs: str, status: str
) -> None:
    answer(ben, parcel, ours)
    says(cast.inbox, theirs)
    for _again in range(2):
        follow()
    assert standing(parcel) == (status, "")
    assert (parcel.waiting_since is None) == (status == "waiting")
    assert Message.objects.filter(code="thanked").count() == (status == "waiting")


def test_thanks_alone_never_answer_for_us(cast: Cast) -> None:
    first = says(cast.inbox, "Kiitos!").conversation
    follow()
    assert first.is_waiting_for_us


def test_by_letter_too(ben: Client, cast: Cast, peer: Peer, writes: Writes, time: time_machine.Traveller) -> None:
    found = writes("Where is my coat?").conversation
    delivery.send(replies.reply(found, by=cast.ben, body="It came yesterday.").pk)
    pass_to(time, BEGIN + 4 * MINUTE)
    pass_to(time, "2026-11-23T09:00:00")
    pass_to(time, "2026-11-26T09:00:00")
    assert standing(found) == ("waiting", ""), "the reminder is still on its way"
    delivery.send(Message.objects.get(code="reminded").pk)
    assert "we close this Thu 26 Nov at 09:00" in peer.mails[-1].as_string()
    assert Wait.objects.get().close_at is None


def test_a_letter_closed_by_silence_is_opened_by_a_late_one_or_continued(
    ben: Client, cast: Cast, peer: Peer, writes: Writes, time: time_machine.Traveller
) -> None:
    found = writes("Where is my coat?").conversation
    delivery.send(replies.reply(found, by=cast.ben, body="It came yesterday.").pk)
    pass_to(time, BEGIN + 4 * MINUTE)
    pass_to(time, "2026-11-23T09:00:00")
    delivery.send(Message.objects.get(code="reminded").pk)
    pass_to(time, "2026-11-26T09:00:00")
    assert standing(found) == ("closed", "silence")
    delivery.send(Message.objects.get(code="closed_by_silence").pk)
    assert found.reference in peer.mails[-1].as_string()
    late = writes("It didn't", mail_id="late@customer.example", conversation_id=found.pk)
    assert late.conversation_id == found.pk
    assert standing(found) == ("open", "")
    lifecycle.customer_ends(found)
    time.shift(31 * DAY)
    later = writes("Once more", mail_id="later@customer.example", conversation_id=found.pk).conversation
    assert [(link.target_id, link.kind) for link in later.links_out.all()] == [(found.pk, "continues")]
