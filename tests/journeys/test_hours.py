"""An admin sets the hours; who may not, doesn't."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from aspa.core.inboxes.models import Grant
from aspa.core.people.models import Role
from aspa.service.hours import calendars, editing
from aspa.service.hours.models import ExceptionDay, Hours
from aspa.service.hours.schedule import periods_of
from tests.cast import Cast

pytestmark = pytest.mark.django_db

WEEK = {f"day{number}": "9-12, 13-17" for number in range(5)} | {"country": "FI"}


@pytest.fixture
def owner(cast: Cast, client: Client) -> Client:
    client.force_login(cast.ada)
    return client


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text + "+02:00")


def test_without_hours_it_is_open_around_the_clock(cast: Cast) -> None:
    assert calendars.schedule_of(cast.inbox).closes_at(at("2026-11-22T03:00")) is None


def test_the_week_is_set_and_kept_to(cast: Cast, owner: Client, django_capture_on_commit_callbacks: object) -> None:
    page = f"/settings/brands/{cast.brand.pk}/hours/"
    assert owner.get(page).status_code == 200
    assert owner.post(page, WEEK).status_code == 302
    calendars.forget()
    schedule = calendars.schedule_of(cast.inbox)
    assert schedule.is_open(at("2026-11-20T16:00"))
    assert schedule.opens_at(at("2026-11-20T18:00")) == at("2026-11-23T09:00")
    assert not schedule.is_open(at("2026-12-24T10:00")), "Christmas Eve"
    shown = owner.get(f"{page}?year=2026").content.decode()
    assert "9:00–12:00, 13:00–17:00" in shown
    assert "Christmas Eve" in shown


def test_nonsense_is_told_and_changes_nothing(cast: Cast, owner: Client) -> None:
    page = f"/settings/brands/{cast.brand.pk}/hours/"
    answer = owner.post(page, WEEK | {"day0": "17-9", "country": "XX"})
    assert answer.status_code == 422
    assert answer.content.decode().count("errorlist") >= 2
    assert not Hours.objects.exists()


def test_a_day_of_its_own_and_back(cast: Cast, owner: Client) -> None:
    hours = editing.set_week(editing.hours_of(cast.brand), [periods_of("9-17")] * 7, country="FI")
    told = {"date": "2026-12-24", "periods": "9-12", "note": "Jouluaatto"}
    assert owner.post(f"/settings/hours/{hours.pk}/day", told).status_code == 302
    calendars.forget()
    assert calendars.schedule_of(cast.inbox).is_open(at("2026-12-24T10:00"))
    assert owner.post(f"/settings/hours/{hours.pk}/day", {"date": "soon"}).status_code == 422
    assert owner.post(f"/settings/hours/{hours.pk}/day/clear", {"date": "2026-12-24"}).status_code == 302
    assert not ExceptionDay.objects.exists()
    assert owner.post(f"/settings/hours/{hours.pk}/day/clear", {"date": "soon"}).status_code == 404


def test_an_inbox_keeps_its_own_hours_or_its_brands(cast: Cast, owner: Client) -> None:
    editing.set_week(editing.hours_of(cast.brand), [periods_of("9-17")] * 7, country="")
    assert owner.post(f"/settings/inboxes/{cast.inbox.pk}/hours/", {"day0": "10-11"}).status_code == 302
    calendars.forget()
    assert not calendars.schedule_of(cast.inbox).is_open(at("2026-11-24T10:30")), "Tuesday"
    own = Hours.objects.get(inbox=cast.inbox)
    assert owner.post(f"/settings/hours/{own.pk}/follow").status_code == 302
    calendars.forget()
    assert calendars.schedule_of(cast.inbox).is_open(at("2026-11-24T10:30"))
    of_brand = Hours.objects.get(inbox=None)
    assert owner.post(f"/settings/hours/{of_brand.pk}/follow").status_code == 404


def test_who_may_not_change_settings_changes_no_hours(cast: Cast, client: Client) -> None:
    hours = editing.set_week(editing.hours_of(cast.brand), [periods_of("9-17")] * 7, country="FI")
    pages = [
        f"/settings/brands/{cast.brand.pk}/hours/",
        f"/settings/inboxes/{cast.inbox.pk}/hours/",
        f"/settings/hours/{hours.pk}/day",
        f"/settings/hours/{hours.pk}/day/clear",
    ]
    for agent in (None, cast.ben, cast.cy):
        if agent:
            client.force_login(agent)
        for page in pages:
            assert client.post(page, {"date": "2026-12-24"} | WEEK).status_code in (302, 403, 404)
            if agent:
                assert client.post(page).status_code in (403, 404)
    # One who sets up another brand's inbox sees nothing of this one's.
    role = Role.objects.create(name="Admin", permissions=[Role.Permission.SETTINGS])
    Grant.objects.create(agent=cast.cy, role=role, inbox=cast.other_inbox)
    assert [client.post(page, WEEK).status_code for page in pages] == [403, 404, 404, 404]
    assert client.get(f"/settings/inboxes/{cast.other_inbox.pk}/hours/").status_code == 200
    assert Hours.objects.get().week == ["9:00–17:00"] * 7
    assert not ExceptionDay.objects.exists()
