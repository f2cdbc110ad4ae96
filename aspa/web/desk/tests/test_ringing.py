"""Whose browser rings, and what becomes of browsers that are gone."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from pywebpush import WebPushException

from aspa.core.conversations import delivery, replies, triage
from aspa.core.conversations.models import Conversation, Event
from aspa.kit import clock
from aspa.kit.tasks import run_pending
from aspa.web.desk import ringing
from aspa.web.desk.models import PushSubscription
from tests import journal
from tests.cast import Cast


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    calls: list[dict[str, Any]] = []
    monkeypatch.setattr(ringing, "webpush", lambda browser, **rest: calls.append({**rest, "browser": browser}))
    return calls


@pytest.fixture
def parcel(cast: Cast) -> Conversation:
    now = clock.now()
    return Conversation.objects.create(
        brand=cast.brand, inbox=cast.inbox, contact=cast.dee, created_at=now, last_activity_at=now
    )


def subscribe(agent: Any) -> PushSubscription:
    endpoint = f"https://fcm.googleapis.com/fcm/send/{agent.pk}"
    return PushSubscription.objects.create(agent=agent, endpoint=endpoint, keys={"p256dh": "x", "auth": "y"})


def ring_all() -> None:
    ringing.ring_for(journal.whole())
    run_pending()


@pytest.mark.django_db(transaction=True)
def test_the_new_assignee_and_the_mentioned_are_rung_but_nobody_for_their_own_doing(
    cast: Cast, parcel: Conversation, rung: list[dict[str, Any]]
) -> None:
    subscribe(cast.ada)
    subscribe(cast.ben)
    triage.assign(parcel, by=cast.ben, to=cast.ben)
    ring_all()
    assert rung == []
    Event.objects.all().delete()
    triage.assign(parcel, by=cast.ben, to=cast.ada)
    replies.note(parcel, by=cast.ada, body=f"@[Ben Berg]({cast.ben.pk}) secret words")
    ring_all()
    assert {call["browser"]["endpoint"].rsplit("/", 1)[1] for call in rung} == {str(cast.ada.pk), str(cast.ben.pk)}
    assert all("secret" not in call["data"] for call in rung)


@pytest.mark.django_db(transaction=True)
def test_who_wrote_what_could_not_be_delivered_is_rung(
    cast: Cast, parcel: Conversation, rung: list[dict[str, Any]]
) -> None:
    subscribe(cast.ben)
    reply = replies.reply(parcel, by=cast.ben, body="secret words")
    ring_all()
    assert rung == []
    delivery.came_back(reply, "No such address")
    ring_all()
    (call,) = rung
    assert "A reply was not delivered" in call["data"]
    assert "secret" not in call["data"]


@pytest.mark.django_db(transaction=True)
def test_who_may_not_read_it_any_more_is_not_rung(cast: Cast, parcel: Conversation, rung: list[dict[str, Any]]) -> None:
    subscribe(cast.cy)
    ringing.ring.enqueue(conversation_id=parcel.pk, agent_id=cast.cy.pk, why="received")
    run_pending()
    assert rung == []


@pytest.mark.django_db(transaction=True)
def test_a_browser_that_is_gone_is_forgotten(cast: Cast, parcel: Conversation, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_args: Any, **_rest: Any) -> None:
        raise WebPushException("gone", response=SimpleNamespace(status_code=410))

    monkeypatch.setattr(ringing, "webpush", gone)
    subscribe(cast.ada)
    ringing.ring.enqueue(conversation_id=parcel.pk, agent_id=cast.ada.pk, why="received")
    run_pending()
    assert not PushSubscription.objects.exists()


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://10.0.0.5\\@fcm.googleapis.com/x",
        "https://fcm.googleapis.com@10.0.0.5/x",
        "https://somebody@fcm.googleapis.com/x",
        "https://fcm.googleapis.com:8443/x",
        "https://fcm.googleapis.com:port/x",
        "https://evilfcm.googleapis.com/x",
        "https://[fcm.googleapis.com/x",
        "http://fcm.googleapis.com/x",
        "https://10.0.0.5/fcm.googleapis.com",
        "https://fcm.googleapis.com/\tx",
        "",
    ],
)
def test_only_the_makers_services_are_called(endpoint: str) -> None:
    """Other programs read odd addresses in other ways, so only plain ones count."""
    assert not ringing.is_push_service(endpoint)


def test_the_makers_services_are_known() -> None:
    assert ringing.is_push_service("https://fcm.googleapis.com/fcm/send/a:b-c_d")
    assert ringing.is_push_service("https://updates.push.services.mozilla.com/wpush/v2/abc")
    assert ringing.is_push_service("https://web.push.apple.com/Qabc")


@pytest.mark.django_db(transaction=True)
def test_a_browser_that_cannot_be_reached_does_not_keep_the_others_silent(
    cast: Cast, parcel: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("broken", "well"):
        PushSubscription.objects.create(
            agent=cast.ben, endpoint=f"https://fcm.googleapis.com/{name}", keys={"p256dh": "x", "auth": "y"}
        )
    rung: list[str] = []

    def push(browser: dict[str, Any], **_: Any) -> None:
        if browser["endpoint"].endswith("broken"):
            raise WebPushException("refused", response=SimpleNamespace(status_code=403))
        rung.append(browser["endpoint"])

    monkeypatch.setattr(ringing, "webpush", push)
    with pytest.raises(WebPushException):
        ringing.ring.call(conversation_id=parcel.pk, agent_id=cast.ben.pk, why="received")

    assert rung == ["https://fcm.googleapis.com/well"]


@pytest.mark.django_db
def test_the_database_holds_no_browsers_keys_in_the_clear(cast: Cast) -> None:
    kept = subscribe(cast.ben)
    with connection.cursor() as cursor:
        cursor.execute("SELECT keys FROM desk_pushsubscription")
        assert "p256dh" not in cursor.fetchone()[0]
    assert PushSubscription.objects.get(endpoint=kept.endpoint).keys == {"p256dh": "x", "auth": "y"}
