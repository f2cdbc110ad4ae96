"""Friday at 22:00: who is called, in which order, and who isn't woken."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client

from aspa.core.conversations import replies, triage
from aspa.core.conversations.models import Conversation, Event, Message
from aspa.core.inboxes.channel import Claim, Sender
from aspa.core.inboxes.models import Grant, Inbox
from aspa.core.people.models import Agent
from aspa.kit.bus import bus
from aspa.kit.tasks import run_pending
from aspa.service.duty import accepting, following, rotas
from aspa.service.duty.models import Call, Line, Member, Ring, Rota
from aspa.service.hours import calendars, editing
from aspa.service.hours.schedule import periods_of
from aspa.service.routing.present import PREFIX
from aspa.web.desk import nobody_there, on_duty, ringing
from aspa.web.desk.tests.test_ringing import subscribe
from tests import journal
from tests.cast import Cast, says

pytestmark = pytest.mark.django_db

FRIDAY_22 = dt.datetime.fromisoformat("2026-11-27T22:00:00+02:00")
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def night(cast: Cast) -> Iterator[time_machine.Traveller]:
    """Office hours are over; the clock goes on by `shift`."""
    editing.set_week(editing.hours_of(cast.brand), [periods_of("9-17")] * 5 + [()] * 2, country="")
    calendars.forget()
    with time_machine.travel(FRIDAY_22, tick=False) as clock:
        yield clock
    for key in (*bus.find(PREFIX), *bus.find(rotas.PREFIX)):
        bus.drop(key)


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, str]]:
    """The pushes: (agent, where they lead)."""
    calls: list[tuple[int, str]] = []

    def push(browser: dict[str, Any], data: str, **_rest: Any) -> None:
        calls.append((int(browser["endpoint"].rsplit("/", 1)[1]), json.loads(data)["url"]))

    monkeypatch.setattr(ringing, "webpush", push)
    return calls


@pytest.fixture
def eve(cast: Cast) -> Agent:
    """The second line."""
    eve = Agent.objects.create(email="eve@aspa.example", name="Eve Ek", language="en")
    Grant.objects.create(agent=eve, role=cast.answering, inbox=cast.inbox)
    return eve


@pytest.fixture
def rota(cast: Cast, eve: Agent) -> Rota:
    """Ben is on duty, Eve the second line; Cy is in it by mistake, since he may not answer there."""
    rota = Rota.objects.create(brand=cast.brand, name="Päivystys", starts_on=FRIDAY_22.date())
    Member.objects.create(rota=rota, agent=cast.ben, line=Line.FIRST, place=1)
    Member.objects.create(rota=rota, agent=cast.cy, line=Line.FIRST, place=2)
    Member.objects.create(rota=rota, agent=eve, line=Line.SECOND, place=1)
    return rota


def goes_on(times: int = 2) -> None:
    """What the subscribers and the minute do; at least once, so twice."""
    for _ in range(times):
        following.follow(journal.whole())
        on_duty.watch()
        on_duty.alert_for(journal.whole())
        run_pending()


def told() -> list[str]:
    """Who got letters since the last look."""
    found = [letter.to[0].split("@")[0] for letter in mail.outbox if "@aspa.example" in letter.to[0]]
    mail.outbox.clear()
    return sorted(found)


def spoken(conversation: Conversation) -> list[str]:
    """What the customer sees of it."""
    return list(Message.objects.for_contact().filter(conversation=conversation).values_list("code", flat=True))


def test_urgent_on_friday_night(
    cast: Cast, rota: Rota, night: time_machine.Traveller, rung: list[tuple[int, str]], client: Client
) -> None:
    for agent in (cast.ada, cast.ben, cast.cy):
        subscribe(agent)
    urgent = says(cast.inbox, "Hätä! Avain katkesi lukkoon ja olen ulkona.", who="dee").conversation
    Conversation.objects.filter(pk=urgent.pk).update(language="fi")
    goes_on()
    call = Call.objects.get()
    link = f"/desk/duty/calls/{call.pk}/"
    assert told() == ["ben"]
    assert rung == [(cast.ben.pk, link)]
    assert spoken(urgent).count("duty_called") == 1
    assert rotas.duty_of(cast.ben), "the desk knows who is on duty"

    night.shift(9 * MINUTE)
    goes_on()
    assert told() == []
    night.shift(MINUTE)
    goes_on()
    assert told() == ["eve"]
    # All of the rota are Ben, Eve and Cy: nobody new who may answer there. So it goes to the owners.
    night.shift(10 * MINUTE)
    goes_on()
    assert told() == ["ada"]
    night.shift(60 * MINUTE)
    goes_on()
    assert told() == []
    kinds = list(Event.objects.filter(kind__startswith="duty").order_by("pk").values_list("kind", flat=True))
    assert kinds == ["duty_called", "duty_escalated", "duty_escalated"]

    client.force_login(cast.ada)
    assert "I take this" in client.get(link).content.decode()
    assert client.post(f"{link}acceptance").status_code == 302
    urgent.refresh_from_db()
    assert urgent.assignee == cast.ada
    client.force_login(cast.ben)
    second = client.post(f"{link}acceptance")
    assert second.status_code == 409
    assert "Ada Aalto has taken this already" in second.content.decode()
    goes_on()
    call.refresh_from_db()
    assert (call.state, call.accepted_by) == ("accepted", cast.ada)
    assert Event.objects.filter(kind=Event.Kind.DUTY_ACCEPTED, agent=cast.ada).count() == 1
    assert spoken(urgent).count("duty_accepted") == 1
    assert rung[-1] == (cast.ben.pk, link), "his notice says that it is taken"
    assert told() == []


def test_two_that_alert_at_the_same_instant_alert_once(
    cast: Cast, rota: Rota, night: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell = on_duty._tell

    def tell_meanwhile(*args: Any, **kwargs: Any) -> None:
        on_duty.alert.call(ring_id=Ring.objects.get().pk)
        tell(*args, **kwargs)

    monkeypatch.setattr(on_duty, "_tell", tell_meanwhile)
    says(cast.inbox, "This is urgent, the key broke in the lock", who="dee")
    goes_on()
    assert told() == ["ben"]


@pytest.mark.parametrize(
    ("text", "more"),
    [
        ("Mistä löydän käyttöohjeen?", {}),
        ("Ei mitään kiirettä, vastatkaa kun ehditte", {}),
        ("Automatic reply: URGENT, I am away", {"automatic": True}),
        ("Urgent offer, buy now", {"spam": "a list"}),
    ],
)
def test_nobody_is_woken(
    cast: Cast, rota: Rota, night: time_machine.Traveller, text: str, more: dict[str, Any]
) -> None:
    says(cast.inbox, text, **more)
    goes_on()
    assert told() == []
    assert not Call.objects.exists()


def test_an_urgent_reason_calls_whatever_is_written(cast: Cast, rota: Rota, night: time_machine.Traveller) -> None:
    reason = cast.brand.reasons.create(name="Lukossa")
    asked = says(cast.inbox, "Hei").conversation
    triage.set_reason(asked, by=None, reason=reason)
    goes_on()
    assert told() == []
    rota.reasons.add(reason)
    goes_on()
    assert told() == ["ben"]


def test_who_answers_or_takes_it_at_the_desk_has_accepted(
    cast: Cast, rota: Rota, night: time_machine.Traveller
) -> None:
    answered, taken = (says(cast.inbox, "URGENT", who=who).conversation for who in ("dee", "fay"))
    goes_on()
    assert told() == ["ben", "ben"]
    replies.reply(answered, by=cast.ada, body="On our way.")
    triage.assign(taken, by=cast.ben, to=cast.ben)
    night.shift(10 * MINUTE)
    goes_on()
    assert told() == []
    assert set(Call.objects.values_list("conversation", "accepted_by")) == {
        (answered.pk, cast.ada.pk),
        (taken.pk, cast.ben.pk),
    }
    assert spoken(taken).count("duty_accepted") == 1
    assert "duty_accepted" not in spoken(answered), "the answer itself says it"


def test_a_conversation_calls_once_until_accepted_and_is_quiet_for_an_hour_then(
    cast: Cast, rota: Rota, night: time_machine.Traveller
) -> None:
    urgent = says(cast.inbox, "URGENT").conversation
    goes_on()
    says(cast.inbox, "URGENT!!")
    goes_on()
    assert told() == ["ben"]
    triage.assign(urgent, by=cast.ben, to=cast.ben)
    goes_on()
    night.shift(30 * MINUTE)
    says(cast.inbox, "still URGENT")
    goes_on()
    assert told() == []
    night.shift(31 * MINUTE)
    says(cast.inbox, "URGENT again")
    goes_on()
    assert told() == ["ben"]


def test_a_loop_is_cut(cast: Cast, rota: Rota, night: time_machine.Traveller) -> None:
    for _ in range(8):
        says(cast.inbox, "URGENT")
        goes_on()
        for call in Call.objects.filter(settled_at=None).select_related("conversation"):
            accepting.accept(call, by=cast.ben)
        night.shift(dt.timedelta(minutes=90))
    assert told() == ["ben"] * 4


def test_many_at_once_are_told_as_a_number(cast: Cast, rota: Rota, night: time_machine.Traveller) -> None:
    for number in range(7):
        says(cast.inbox, "URGENT", who=f"v{number}")
    goes_on()
    assert told() == ["ben"] * 4
    night.shift(5 * MINUTE)
    goes_on()
    assert [letter.subject for letter in mail.outbox] == ["3 more urgent conversations wait"]
    assert told() == ["ben"]
    goes_on()
    assert told() == []


def test_what_was_answered_before_calls_nobody_when_it_is_read_again(
    cast: Cast, rota: Rota, night: time_machine.Traveller
) -> None:
    urgent = says(cast.inbox, "URGENT").conversation
    night.shift(MINUTE)
    replies.reply(urgent, by=cast.ben, body="Done.")
    night.shift(MINUTE)
    says(cast.inbox, "Thank you, and good night")
    goes_on()
    assert told() == []
    assert not Call.objects.exists()


def test_a_crowd_is_called_for_a_few_at_a_time(
    cast: Cast, rota: Rota, night: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "AT_ONCE", 3)
    for number in range(7):
        says(cast.inbox, "URGENT", who=f"v{number}")
    stretch, calls = journal.whole(), []
    while until := following.follow(stretch):
        calls.append(Call.objects.count())
        stretch = dataclasses.replace(stretch, after=until)
    assert [*calls, Call.objects.count()][:3] == [3, 6, 7]


def test_in_open_hours_the_team_is_given_some_minutes(cast: Cast, rota: Rota, night: time_machine.Traveller) -> None:
    night.move_to(dt.datetime.fromisoformat("2026-11-27T10:00:00+02:00"))
    first = says(cast.inbox, "URGENT").conversation
    goes_on()
    night.shift(4 * MINUTE)
    goes_on()
    assert told() == []
    night.shift(MINUTE)
    goes_on()
    assert told() == ["ben"]
    # With somebody there it is the team's, also when they come in time.
    second = says(cast.inbox, "URGENT", who="fay").conversation
    goes_on()
    bus.put(
        f"{PREFIX}{cast.ben.pk}:desk", {"id": cast.ben.pk, "name": "Ben", "initials": "B", "state": "available"}, 900
    )
    third = says(cast.inbox, "URGENT", who="gil").conversation
    goes_on()
    night.shift(9 * MINUTE)
    goes_on()
    assert told() == []
    states = dict(Call.objects.values_list("conversation", "state"))
    assert states == {first.pk: "called", second.pk: "over"}
    assert third.pk not in states


def test_nobody_there_alerts_the_person_on_duty_too(
    cast: Cast, rota: Rota, eve: Agent, night: time_machine.Traveller
) -> None:
    assert {agent.pk for agent in nobody_there.to_alert(cast.inbox)} == {cast.ada.pk, cast.ben.pk}
    cast.team.members.remove(cast.ben)
    assert {agent.pk for agent in nobody_there.to_alert(cast.inbox)} == {cast.ada.pk, cast.ben.pk}
    Member.objects.filter(agent=cast.ben).delete()
    assert {agent.pk for agent in nobody_there.to_alert(cast.inbox)} == {cast.ada.pk}, "Cy's turn, and he may not"


def test_a_letter_tells_the_customer_once(cast: Cast, rota: Rota, night: time_machine.Traveller) -> None:
    letters = Inbox.objects.create(
        brand=cast.brand, name="Mail", channel="email", settings={"address": "support@villa.example"}
    )
    sender = Sender(Claim("email", "dee@customer.example"), language="fi")
    urgent = says(letters, "Kiireellistä!", sender=sender).conversation
    following.follow(journal.whole())
    following.follow(journal.whole())
    said = Message.objects.filter(conversation=urgent, code="duty_called").values_list("state", flat=True)
    assert list(said) == ["queued"]


def test_an_outsider_sees_no_call(cast: Cast, rota: Rota, night: time_machine.Traveller, client: Client) -> None:
    says(cast.inbox, "URGENT secret")
    goes_on()
    link = f"/desk/duty/calls/{Call.objects.get().pk}/"
    client.force_login(cast.cy)
    assert client.get(link).status_code == 404
    assert client.post(f"{link}acceptance").status_code == 404
    assert "Dee" not in client.get("/desk/duty/").content.decode()
    client.force_login(cast.ben)
    assert "Dee" in client.get("/desk/duty/").content.decode()


def test_a_shift_changes_hands_when_the_colleague_accepts(
    cast: Cast, rota: Rota, eve: Agent, night: time_machine.Traveller, client: Client
) -> None:
    shift = {"rota": rota.pk, "line": 1, "agent": eve.pk, "start": "2026-11-27T22:00", "end": "2026-11-28T12:00"}
    client.force_login(cast.cy)
    assert client.post("/desk/duty/shifts", shift).status_code == 409, "it isn't Cy's"
    client.force_login(cast.ben)
    assert client.post("/desk/duty/shifts", {**shift, "agent": cast.cy.pk}).status_code == 409
    assert client.post("/desk/duty/shifts", {**shift, "end": "9999-12-30T12:00"}).status_code == 409
    assert client.post("/desk/duty/shifts", shift).status_code == 302
    assert client.post("/desk/duty/shifts", shift).status_code == 409, "asked already"
    run_pending()
    assert told() == ["eve"]
    assert rotas.on_duty(rotas.rotas().get()) == cast.ben.pk
    asked = rota.stand_ins.get()
    assert client.post(f"/desk/duty/shifts/{asked.pk}/answer", {"answer": "yes"}).status_code == 404
    client.force_login(eve)
    assert "Ben Berg asks you to take a shift" in client.get("/desk/duty/").content.decode()
    assert client.post(f"/desk/duty/shifts/{asked.pk}/answer", {"answer": "yes"}).status_code == 302
    assert rotas.on_duty(rotas.rotas().get()) == eve.pk
    run_pending()
    assert told() == ["ben"], "he hears that she takes it"
    client.force_login(cast.ben)
    assert client.post(f"/desk/duty/shifts/{asked.pk}/withdrawal").status_code == 409
    says(cast.inbox, "URGENT")
    goes_on()
    assert told() == ["eve"]
    night.move_to(dt.datetime.fromisoformat("2026-11-28T12:00:00+02:00"))
    assert rotas.on_duty(rotas.rotas().get()) == cast.ben.pk
