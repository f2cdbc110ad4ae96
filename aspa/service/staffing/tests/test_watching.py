"""The watch over open hours, minute by minute."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client

from aspa.core.inboxes.models import Inbox
from aspa.core.people.models import Agent
from aspa.kit.bus import bus
from aspa.service.hours import calendars, editing
from aspa.service.hours.schedule import periods_of
from aspa.service.routing.present import PREFIX
from aspa.service.staffing import report, watching
from aspa.service.staffing.models import Gap, StaffedDay
from tests.cast import Cast

pytestmark = pytest.mark.django_db

MINUTE = dt.timedelta(minutes=1)
# A Tuesday in Helsinki.
DAY = "2026-11-24T{}:00+02:00"


@pytest.fixture(autouse=True)
def office_hours(cast: Cast) -> Iterator[None]:
    editing.set_week(editing.hours_of(cast.brand), [periods_of("9-17")] * 7, country="")
    yield
    for key in bus.find(PREFIX):
        bus.drop(key)


def at(clock_time: str) -> dt.datetime:
    return dt.datetime.fromisoformat(DAY.format(clock_time))


def comes(agent: Agent, state: str = "available") -> None:
    who = {"id": agent.pk, "name": agent.name, "initials": agent.initials, "state": state}
    bus.put(f"{PREFIX}{agent.pk}:desk", who, 24 * 3600)


def goes(agent: Agent) -> None:
    bus.drop(f"{PREFIX}{agent.pk}:desk")


def watch(start: str, end: str) -> list[tuple[str, str]]:
    """Look once a minute; the alerts as (time, inbox)."""
    now, alerts = at(start), []
    while now <= at(end):
        with time_machine.travel(now, tick=False):
            alerts += [(f"{now:%H:%M}", inbox.name) for inbox in watching.look()]
        now += MINUTE
    return alerts


def staffed(inbox: Inbox) -> tuple[int, int]:
    day = StaffedDay.objects.get(inbox=inbox)
    return day.open_seconds // 60, day.staffed_seconds // 60


def test_nobody_in_the_morning_is_told_once_within_a_minute(cast: Cast) -> None:
    assert watch("08:30", "10:00") == [("09:00", "Chat")]
    assert staffed(cast.inbox) == (60, 0)


def test_who_leaves_leaves_an_alert_and_counts(cast: Cast) -> None:
    comes(cast.ben)
    assert watch("08:50", "11:00") == []
    goes(cast.ben)
    assert watch("11:01", "12:00") == [("11:01", "Chat")]
    assert staffed(cast.inbox) == (180, 121)


def test_somebody_away_or_of_another_brand_isnt_there(cast: Cast) -> None:
    comes(cast.ben, state="away")
    comes(cast.cy)
    assert watch("09:00", "09:10") == [("09:00", "Chat")]


def test_coming_and_going_doesnt_alert_each_time(cast: Cast) -> None:
    alerts = []
    for minute in range(0, 40, 2):
        goes(cast.ben)
        alerts += watch(f"10:{minute:02}", f"10:{minute:02}")
        comes(cast.ben)
        alerts += watch(f"10:{minute + 1:02}", f"10:{minute + 1:02}")
    assert [time for time, _inbox in alerts] == ["10:00", "10:16", "10:32"]


def test_when_aspa_itself_was_away_nobody_was_there(cast: Cast) -> None:
    comes(cast.ben)
    watch("09:00", "10:00")
    watch("12:00", "12:00")
    assert staffed(cast.inbox) == (180, 60)


def test_who_publishes_no_hours_promises_nothing(cast: Cast) -> None:
    editing.follow_brand(editing.hours_of(cast.brand))
    calendars.forget()
    assert watch("03:00", "03:10") == []
    assert not StaffedDay.objects.exists()


def test_closed_hours_are_nobodys_to_keep(cast: Cast) -> None:
    assert watch("17:00", "18:00") == []
    assert not StaffedDay.objects.filter(open_seconds__gt=0).exists()


def test_the_report_tells_the_share_and_the_days_alone(cast: Cast) -> None:
    for day, there in enumerate((True, True, False, False), start=1):
        StaffedDay.objects.create(
            inbox=cast.inbox, date=f"2026-11-{day:02}", open_seconds=3600, staffed_seconds=3600 * there
        )
    with time_machine.travel(at("12:00"), tick=False):
        (line,) = report.honesty([cast.inbox])
    assert (line.share, line.days_alone, line.open_hours) == (0.5, 2, 4.0)
    assert [bar.height for bar in line.bars] == [60, 60, 0, 0]


def test_the_page_is_for_those_who_set_the_hours(cast: Cast, client: Client) -> None:
    StaffedDay.objects.create(
        inbox=cast.inbox, date=dt.datetime.now(dt.UTC).date(), open_seconds=60, staffed_seconds=30
    )
    for agent, status in ((cast.ben, 403), (cast.cy, 403), (cast.ada, 200)):
        client.force_login(agent)
        assert client.get("/settings/honesty/").status_code == status
    assert "50 %" in client.get("/settings/honesty/").content.decode()


def test_the_longest_gap_is_told_with_the_weeks(cast: Cast) -> None:
    comes(cast.ben)
    watch("09:55", "09:59")
    goes(cast.ben)
    watch("10:00", "10:09")
    comes(cast.ben)
    watch("10:10", "10:12")
    goes(cast.ben)
    watch("10:13", "10:14")
    comes(cast.ben)
    watch("10:15", "10:15")
    with time_machine.travel(at("18:00"), tick=False):
        (line,) = report.honesty([cast.inbox])
    assert line.longest_gap
    assert (line.longest_gap.start, line.longest_gap.length) == (at("10:00"), 10 * MINUTE)
    (week,) = line.weeks
    assert (week.date, week.number) == (at("12:00").date() - dt.timedelta(days=1), 48)
    assert (week.open_seconds, week.staffed_seconds) == (20 * 60, 8 * 60)
    assert (week.days_alone, week.longest_gap) == (0, 10 * MINUTE)


@pytest.mark.parametrize(
    ("evening", "opened"),
    [
        # An ordinary night; the one when the clocks go forward, and the one when they go back.
        ("2026-11-24T22:00:00+02:00", {"2026-11-24": 2, "2026-11-25": 8}),
        ("2026-03-28T22:00:00+02:00", {"2026-03-28": 2, "2026-03-29": 8}),
        ("2026-10-24T22:00:00+03:00", {"2026-10-24": 2, "2026-10-25": 8}),
    ],
)
def test_a_night_without_closing_is_counted_to_the_second(cast: Cast, evening: str, opened: dict[str, int]) -> None:
    """Ten hours around the clock with nobody there: the two dates get theirs, and it is one gap."""
    editing.set_week(editing.hours_of(cast.brand), [periods_of("0-24")] * 7, country="")
    calendars.forget()
    start = dt.datetime.fromisoformat(evening).astimezone(dt.UTC)
    # Looks come at odd moments, never to the second.
    for number in range(61):
        with time_machine.travel(start + number * 10 * MINUTE + dt.timedelta(milliseconds=number * 13), tick=False):
            watching.look()
    counted = {day.date.isoformat(): day.open_seconds / 3600 for day in StaffedDay.objects.all()}
    assert counted == opened
    assert [gap.length for gap in Gap.objects.all()] == [dt.timedelta(hours=10)]


def test_days_alone_in_a_row_skip_those_when_it_was_closed(cast: Cast) -> None:
    """Alone on Thursday, Friday and Monday, then two days with somebody, then one alone."""
    for date, there in (("12", 1), ("19", 0), ("20", 0), ("23", 0), ("24", 1), ("25", 1), ("26", 0)):
        StaffedDay.objects.create(
            inbox=cast.inbox, date=f"2026-11-{date}", open_seconds=3600, staffed_seconds=3600 * there
        )
    with time_machine.travel(dt.datetime.fromisoformat("2026-11-26T18:00:00+02:00"), tick=False):
        (line,) = report.honesty([cast.inbox])
    assert (line.days_alone, line.most_days_alone) == (1, 3)
    assert [(week.number, week.days_alone) for week in line.weeks] == [(46, 0), (47, 2), (48, 2)]


def test_the_table_is_for_those_who_set_the_hours(cast: Cast, client: Client) -> None:
    with time_machine.travel(at("18:00")):
        StaffedDay.objects.create(inbox=cast.inbox, date="2026-11-24", open_seconds=28800, staffed_seconds=27000)
        Gap.objects.create(inbox=cast.inbox, start=at("10:00"), end=at("10:30"))
        for agent, status in ((cast.ben, 403), (cast.ada, 200)):
            client.force_login(agent)
            assert client.get("/settings/honesty/days.csv").status_code == status
        table = client.get("/settings/honesty/days.csv").content.decode().splitlines()
    assert table[0].startswith("\ufeffbrand,inbox,date,")
    assert table[1:] == ["Villa,Chat,2026-11-24,480,450,0.938,30"]
