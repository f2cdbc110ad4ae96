"""A promise's way over HTTP: found while writing, confirmed with the reply, seen by the customer, kept or broken."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from aspa.core.conversations import activities, holding, joining, subscriptions
from aspa.core.conversations.models import Conversation, Event, HeldReply, Message
from aspa.kit import clock
from aspa.service.promises import following, watching
from aspa.service.promises.models import Promise
from tests.cast import Cast
from tests.journeys.test_desk_pages import PART, conversation, signed_in

NOW = dt.datetime(2026, 11, 18, 8, 30, tzinfo=dt.UTC)
DUE = dt.datetime(2026, 11, 19, 12, 0, tzinfo=dt.UTC)
WORD = "Palaan asiaan huomenna klo 14 mennessä."


class Time:
    def __init__(self) -> None:
        self.now = NOW

    def pass_to(self, moment: dt.datetime) -> None:
        self.now = moment


@pytest.fixture(autouse=True)
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    told = Time()
    monkeypatch.setattr(clock, "now", lambda: told.now)
    return told


@pytest.fixture
def parcel(cast: Cast, time: Time) -> Conversation:
    return conversation(cast)


@pytest.fixture
def ben(cast: Cast) -> Client:
    return signed_in(cast.ben)


def url(found: Conversation, noun: str) -> str:
    return f"/desk/conversations/{found.pk}/{noun}"


def send(client: Client, found: Conversation, *, client_id: str = "one", **more: Any) -> Any:
    promised = {"promise_text": [WORD], "promise_due": [DUE.isoformat()]}
    return client.post(url(found, "replies"), {"text": WORD, "client_id": client_id, **promised, **more})


def promise_of(client: Client, found: Conversation) -> Promise:
    assert send(client, found).status_code == 201
    return Promise.objects.get(conversation=found)


def kinds(found: Conversation) -> list[str]:
    return list(Event.objects.filter(conversation=found, kind__startswith="promise").values_list("kind", flat=True))


def follow_journal() -> None:
    while subscriptions.run_once("promises", following.follow):
        pass


def test_a_promise_is_found_while_writing_with_its_time(ben: Client, parcel: Conversation) -> None:
    page = ben.post(url(parcel, "promises/look"), {"text": f"Hei! {WORD}"}).content.decode()
    assert f'data-promise="{WORD}"' in page
    assert 'data-due="2026-11-19T12:00:00+00:00"' in page
    assert "data-vague" not in page
    assert "data-promise" not in ben.post(url(parcel, "promises/look"), {"text": "Kiitos viestistä!"}).content.decode()


def test_a_vague_reply_gets_a_better_sentence(ben: Client, parcel: Conversation) -> None:
    page = ben.post(url(parcel, "promises/look"), {"text": "Hmm…"}).content.decode()
    assert 'data-better="En tiedä tätä vielä, mutta selvitän asian' in page


def test_what_is_confirmed_is_made_once_and_told_to_the_customer(ben: Client, cast: Cast, parcel: Conversation) -> None:
    for _again in range(2):
        assert send(ben, parcel).status_code == 201
    promise = Promise.objects.get()
    assert (promise.agent, promise.text, promise.due_at, promise.state) == (cast.ben, WORD, DUE, "open")
    line = parcel.messages.for_contact().get(code="promised")
    said = activities.sentence(line, for_contact=True, language="en")
    assert said == "Ben Berg promised to take care of this by Thu 19 Nov at 14:00"
    assert activities.sentence(line, for_contact=True, language="fi").endswith("viimeistään to 19.11. klo 14.00")
    assert kinds(parcel) == ["promised"]
    assert WORD in ben.get(url(parcel, "side"), headers=PART).content.decode()
    assert "data-id" in ben.get("/desk/rows?view=promises", headers=PART).content.decode()


def test_a_time_that_has_passed_is_refused_before_anything_is_sent(ben: Client, parcel: Conversation) -> None:
    for due in (NOW.isoformat(), "yesterday", ""):
        assert send(ben, parcel, promise_due=[due]).status_code == 409
    assert not Message.objects.filter(kind="reply").exists()


def test_outsiders_neither_see_nor_touch_promises(ben: Client, cast: Cast, parcel: Conversation) -> None:
    promise = promise_of(ben, parcel)
    cy = signed_in(cast.cy)
    assert cy.post(url(parcel, "promises/look"), {"text": WORD}).status_code == 404
    for noun in ("keeping", "moving", "withdrawal", "handing-over"):
        assert cy.post(url(parcel, f"promises/{promise.pk}/{noun}"), {"due": DUE.isoformat()}).status_code == 404
    assert "data-id" not in cy.get("/desk/rows?view=promises", headers=PART).content.decode()
    assert ben.post(url(parcel, f"promises/{promise.pk}/handing-over"), {"agent": cast.cy.pk}).status_code == 409
    other = conversation(cast, "Another matter")
    assert ben.post(url(other, f"promises/{promise.pk}/keeping")).status_code == 404
    promise.refresh_from_db()
    assert (promise.state, promise.agent) == ("open", cast.ben)


def test_a_promise_is_moved_handed_over_and_kept(ben: Client, cast: Cast, parcel: Conversation) -> None:
    promise = promise_of(ben, parcel)
    later = DUE + dt.timedelta(days=1)
    assert ben.post(url(parcel, f"promises/{promise.pk}/moving"), {"due": later.isoformat()}).status_code == 204
    assert ben.post(url(parcel, f"promises/{promise.pk}/handing-over"), {"agent": cast.ada.pk}).status_code == 204
    assert "data-id" not in ben.get("/desk/rows?view=promises", headers=PART).content.decode()
    ada = signed_in(cast.ada)
    assert "data-id" in ada.get("/desk/rows?view=promises", headers=PART).content.decode()
    assert ada.post(url(parcel, f"promises/{promise.pk}/keeping")).status_code == 204
    promise.refresh_from_db()
    assert (promise.state, promise.due_at, promise.kept_at, promise.agent) == ("kept", later, NOW, cast.ada)
    assert kinds(parcel) == ["promised", "promise_moved", "promise_handed_over", "promise_kept"]
    assert ben.post(url(parcel, f"promises/{promise.pk}/moving"), {"due": DUE.isoformat()}).status_code == 409
    assert "data-id" not in ada.get("/desk/rows?view=promises", headers=PART).content.decode()


def test_withdrawing_is_told_to_the_customer(ben: Client, parcel: Conversation) -> None:
    promise = promise_of(ben, parcel)
    for _again in range(2):
        assert ben.post(url(parcel, f"promises/{promise.pk}/withdrawal")).status_code == 204
    line = parcel.messages.for_contact().get(code="promise_withdrawn")
    assert "had to withdraw" in activities.sentence(line, for_contact=True, language="en")
    assert WORD not in ben.get(url(parcel, "side"), headers=PART).content.decode()


def test_the_owner_is_warned_before_it_breaks_and_the_team_in_their_absence(
    ben: Client, cast: Cast, parcel: Conversation, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    promise = promise_of(ben, parcel)
    there = [{"id": cast.ben.pk}]
    monkeypatch.setattr(watching, "present", lambda: there)
    time.pass_to(DUE - dt.timedelta(minutes=31))
    watching.watch()
    assert kinds(parcel) == ["promised"]
    time.pass_to(DUE - dt.timedelta(minutes=29))
    for _minute in range(2):
        watching.watch()
    (warning,) = Event.objects.filter(kind="promise_due")
    assert warning.data["agents"] == [cast.ben.pk]
    there.clear()
    assert "data-id" in signed_in(cast.ada).get("/desk/rows?view=promises", headers=PART).content.decode()
    time.pass_to(DUE + dt.timedelta(minutes=1))
    for _minute in range(2):
        watching.watch()
    (broken,) = Event.objects.filter(kind="promise_broken")
    assert broken.data["agents"] == sorted([cast.ada.pk, cast.ben.pk])
    assert "late" in ben.get(url(parcel, "side"), headers=PART).content.decode()
    assert ben.post(url(parcel, f"promises/{promise.pk}/keeping")).status_code == 204
    promise.refresh_from_db()
    assert (promise.state, Event.objects.get(kind="promise_kept").data["late"]) == ("kept", True)


def test_what_a_removed_agent_promised_is_the_teams(ben: Client, cast: Cast, parcel: Conversation) -> None:
    promise_of(ben, parcel)
    ada = signed_in(cast.ada)
    assert "data-id" not in ada.get("/desk/rows?view=promises", headers=PART).content.decode()
    cast.ben.is_active = False
    cast.ben.save()
    assert "data-id" in ada.get("/desk/rows?view=promises", headers=PART).content.decode()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("alone_on_the_server")
def test_a_reply_sent_later_promises_when_it_goes(ben: Client, parcel: Conversation, time: Time) -> None:
    until = NOW + dt.timedelta(hours=2)
    assert send(ben, parcel, until=until.isoformat()).status_code == 202
    follow_journal()
    assert [promise.state for promise in Promise.objects.all()] == ["held"]
    assert WORD not in ben.get(url(parcel, "side"), headers=PART).content.decode()
    time.pass_to(until)
    holding.release(held_id=HeldReply.objects.get().pk)
    for _again in range(2):
        follow_journal()
    assert [promise.state for promise in Promise.objects.all()] == ["open"]
    assert parcel.messages.filter(code="promised").count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("alone_on_the_server")
def test_a_reply_that_is_taken_back_promises_nothing(ben: Client, parcel: Conversation) -> None:
    assert send(ben, parcel, until=(NOW + dt.timedelta(hours=2)).isoformat()).status_code == 202
    assert ben.post(url(parcel, f"held/{HeldReply.objects.get().pk}/taking-back")).status_code == 200
    follow_journal()
    assert not Promise.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("alone_on_the_server")
def test_a_promise_goes_with_its_reply_when_conversations_are_merged(
    ben: Client, cast: Cast, parcel: Conversation
) -> None:
    promise = promise_of(ben, parcel)
    other = conversation(cast, "The same matter")
    joining.merge(parcel, into=other, by=cast.ben)
    follow_journal()
    promise.refresh_from_db()
    assert promise.conversation == other
    assert WORD in ben.get(url(other, "side"), headers=PART).content.decode()
    joining.unmerge(parcel, by=cast.ben)
    follow_journal()
    promise.refresh_from_db()
    assert promise.conversation == parcel
