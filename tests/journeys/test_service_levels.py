"""A countdown over HTTP: seen on the desk while it runs, near, late and paused; told once; nothing for outsiders."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client

from aspa.core.conversations import replies, subscriptions
from aspa.core.conversations.models import Conversation, Event
from aspa.service.hours import calendars
from aspa.service.hours import editing as hours
from aspa.service.hours.schedule import periods_of
from aspa.service.sla import editing, following, watching
from aspa.service.sla.models import Policy
from tests.cast import Cast, says
from tests.journeys.test_desk_pages import PART, signed_in

FRIDAY = dt.datetime.fromisoformat("2026-11-20T16:00:00+02:00")
MONDAY = dt.datetime.fromisoformat("2026-11-23T09:00:00+02:00")
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def time(cast: Cast) -> Iterator[time_machine.Traveller]:
    """Friday at four; open on weekdays from nine to five, and customers are answered within two hours of that."""
    hours.set_week(hours.hours_of(cast.brand), [periods_of("9-17")] * 5 + [()] * 2, country="")
    calendars.forget()
    with time_machine.travel(FRIDAY, tick=False) as traveller:
        editing.add(Policy(name="Everybody", first_reply=120, resolution=480))
        yield traveller


@pytest.fixture
def parcel(time: object, cast: Cast) -> Conversation:
    found = says(cast.inbox, "Where is my parcel?").conversation
    follow_journal()
    return found


def follow_journal() -> None:
    while subscriptions.run_once("service levels", following.follow):
        pass


def head(client: Client, found: Conversation) -> str:
    return client.get(f"/desk/conversations/{found.pk}/head", headers=PART).content.decode()


def row(client: Client, view: str = "unassigned") -> str:
    return client.get(f"/desk/rows?view={view}", headers=PART).content.decode()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("alone_on_the_server")
def test_a_countdown_runs_warns_is_late_and_pauses(
    cast: Cast, parcel: Conversation, time: time_machine.Traveller
) -> None:
    ben, one = signed_in(cast.ben), f"/desk/conversations/{parcel.pk}"
    # Due on Monday at ten: two days away, though only two hours of work.
    for page in (head(ben, parcel), row(ben), row(ben, "due")):
        assert "First reply · " in page
        assert "Mon 23 Nov" in page
        assert 'data-due="2026-11-23T08:00:00+00:00"' in page
    assert "Solution" in head(ben, parcel)
    time.move_to(MONDAY)
    assert "1 h left" in row(ben)
    assert "countdown promise" not in row(ben)
    time.move_to(MONDAY + 40 * MINUTE)
    for _minute in range(2):
        watching.watch()
    assert "only 20 min left" in row(ben)
    assert "countdown promise" in head(ben, parcel)
    time.move_to(MONDAY + 72 * MINUTE)
    for _minute in range(2):
        watching.watch()
    assert "12 min late" in row(ben)
    assert "countdown late" in head(ben, parcel)
    assert list(Event.objects.filter(kind__startswith="sla").values_list("kind", flat=True)) == [
        "sla_warned",
        "sla_breached",
    ]
    # Answered, and then the customer is waited for: only the solution is left, and it stands still.
    assert ben.post(f"{one}/replies", {"text": "It left today.", "client_id": "1"}).status_code == 201
    assert ben.post(f"{one}/question").status_code in (200, 204)
    follow_journal()
    page = head(ben, parcel)
    assert "First reply" not in page
    assert "paused, 5 h 48 min left" in page
    assert "countdown" not in row(ben, "waiting")
    assert f"row-{parcel.pk}" not in row(ben, "due")


def test_outsiders_see_no_countdown(cast: Cast, parcel: Conversation) -> None:
    cy = signed_in(cast.cy)
    assert cy.get(f"/desk/conversations/{parcel.pk}/head", headers=PART).status_code == 404
    assert "First reply" not in row(cy, "due")
    assert "data-id" not in row(cy, "due")


SETTINGS = "/settings/service-levels/"


def given(**more: object) -> dict[str, object]:
    return {"name": "Gold", "first_reply": "2", "tiers": "Gold", "warn_percent": "75", "is_active": "on", **more}


def test_admins_set_order_and_switch_off_service_levels(cast: Cast, time: object) -> None:
    ada = signed_in(cast.ada)
    says = "A gold customer who writes on Friday at 15:00 is answered by Friday at 17:00."
    assert says in ada.post(f"{SETTINGS}preview", given()).content.decode()
    assert "by Monday at 10:00" in ada.post(f"{SETTINGS}preview", given(first_reply="3:00")).content.decode()
    assert ada.post(f"{SETTINGS}preview", given(first_reply="soon")).content.decode().strip() == ""
    for wrong in (
        {"first_reply": "0"},
        {"first_reply": ""},
        {"first_reply": "1:75"},
        {"warn_percent": "100"},
        {"name": ""},
    ):
        assert ada.post(f"{SETTINGS}new/", given(**wrong)).status_code == 422
    made = given(
        first_reply="0:30", resolution="16", inboxes=[cast.inbox.pk], priorities=["2"], escalate_agent=cast.ada.pk
    )
    assert ada.post(f"{SETTINGS}new/", made).status_code == 302
    gold = Policy.objects.get(name="Gold")
    assert (gold.first_reply, gold.next_reply, gold.resolution) == (30, None, 960)
    assert (gold.inboxes, gold.priorities, gold.tiers, gold.escalate_agent) == (
        [cast.inbox.pk],
        [2],
        ["gold"],
        cast.ada,
    )
    page = ada.get(SETTINGS).content.decode()
    assert page.index("Everybody") < page.index("Gold")
    assert "For Villa · Chat, Urgent, gold" in page
    assert "First reply 30 min" in page
    assert 'value="0:30"' in ada.get(f"{SETTINGS}{gold.pk}/").content.decode()
    ada.post(f"{SETTINGS}{gold.pk}/move", {"where": "up"})
    ada.post(f"{SETTINGS}{gold.pk}/active", {"on": "0"})
    page = ada.get(SETTINGS).content.decode()
    assert page.index("Gold") < page.index("Everybody")
    assert "switched off" in page


def test_the_report_tells_what_was_met_and_what_was_late(
    cast: Cast, parcel: Conversation, time: time_machine.Traveller
) -> None:
    time.move_to(MONDAY)
    replies.reply(parcel, by=cast.ben, body="It left today.")
    following.advance([parcel.pk, says(cast.inbox, "Hello", who="another").conversation.pk])
    time.shift(150 * MINUTE)
    watching.watch()
    ada = signed_in(cast.ada)
    page = " ".join(ada.get(f"{SETTINGS}report/").content.decode().split())
    assert '<th scope="row">First reply</th><td>1</td><td>1</td><td>50 %</td>' in page
    assert "First reply in the middle: 1 h" in page
    assert "Nothing was due" in ada.get(f"{SETTINGS}report/?month=2026-10").content.decode()
    table = ada.get(f"{SETTINGS}report.csv").content.decode()
    assert "2026-11-23,Everybody,First reply,1,1" in table
    assert "2026-11-23" not in ada.get(f"{SETTINGS}report.csv?month=2026-10").content.decode()
