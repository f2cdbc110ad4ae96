"""Opening hours, checked minute by minute against the wall clock."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aspa.service.hours.schedule import DAY_MINUTES, MINUTE, Period, Schedule, always, clock_time, periods_of

HELSINKI = ZoneInfo("Europe/Helsinki")
# Clocks go forward at 3 on 29 March 2026 and back at 4 on 25 October; Santiago changes at midnight, Lord Howe by half
# an hour, and Apia has no 30 December 2011.
ZONES = [
    HELSINKI,
    ZoneInfo("America/Santiago"),
    ZoneInfo("Australia/Lord_Howe"),
    ZoneInfo("UTC"),
    ZoneInfo("Asia/Kolkata"),
]
CHANGES = [
    dt.datetime(2026, month, day, tzinfo=dt.UTC) for month, day in ((3, 29), (10, 25), (4, 5), (9, 6), (10, 4), (6, 15))
]
WEEKDAYS = Schedule(HELSINKI, (periods_of("9-12, 13-17"),) * 5 + ((), ()))


def helsinki(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=HELSINKI)


@st.composite
def some_periods(draw: st.DrawFn) -> tuple[Period, ...]:
    bounds = sorted(draw(st.sets(st.sampled_from(range(0, DAY_MINUTES + 1, 15)), max_size=6)))
    return tuple(Period(start, end) for start, end in zip(bounds[::2], bounds[1::2], strict=False))


@st.composite
def schedules(draw: st.DrawFn) -> tuple[Schedule, dt.datetime]:
    """A schedule, and an instant near a change of its clocks."""
    near = draw(st.sampled_from(CHANGES))
    week = tuple(draw(st.lists(some_periods(), min_size=7, max_size=7)))
    around = st.sampled_from([near.date() + n * dt.timedelta(days=1) for n in range(-2, 3)])
    exceptions = draw(st.dictionaries(around, some_periods(), max_size=2))
    holidays = {near.date() + draw(st.integers(-2, 2)) * dt.timedelta(days=1): "holiday"}
    at = near + draw(st.integers(-2 * DAY_MINUTES, 2 * DAY_MINUTES)) * MINUTE
    return Schedule(draw(st.sampled_from(ZONES)), week, exceptions, holidays), at


def is_open(schedule: Schedule, at: dt.datetime) -> bool:
    """The reference: look at the clock on the wall."""
    local = at.astimezone(schedule.timezone)
    if local.date() in schedule.exceptions:
        periods = schedule.exceptions[local.date()]
    elif local.date() in schedule.holidays:
        periods = ()
    else:
        periods = schedule.week[local.weekday()]
    return any(period.start <= local.hour * 60 + local.minute < period.end for period in periods)


@settings(max_examples=60, deadline=None)
@given(schedules(), st.integers(0, 3 * DAY_MINUTES))
def test_every_minute_agrees_with_the_wall_clock(given_: tuple[Schedule, dt.datetime], length: int) -> None:
    schedule, start = given_
    minutes = [start + number * MINUTE for number in range(length)]
    opened = [is_open(schedule, at) for at in minutes]
    assert [schedule.is_open(at) for at in minutes[::7]] == opened[::7]
    assert schedule.open_between(start, start + length * MINUTE) == sum(opened) * MINUTE
    if minutes:
        now = opened[0]
        first_open = next((at for at, is_ in zip(minutes, opened, strict=True) if is_), None)
        first_closed = next((at for at, is_ in zip(minutes, opened, strict=True) if not is_), None)
        if first_open:
            assert schedule.opens_at(start) == first_open
        if first_closed:
            assert schedule.closes_at(start) == first_closed
        assert (schedule.opens_at(start) == start) == now


@settings(max_examples=60, deadline=None)
@given(schedules(), st.integers(0, 3000))
def test_what_is_added_can_be_measured(given_: tuple[Schedule, dt.datetime], minutes: int) -> None:
    schedule, start = given_
    reached = schedule.after(start, minutes * MINUTE)
    if reached is not None:
        assert schedule.open_between(start, reached) == minutes * MINUTE
        assert not minutes or is_open(schedule, reached - MINUTE)


def test_an_ordinary_week() -> None:
    assert WEEKDAYS.is_open(helsinki("2026-11-20T16:59"))
    assert not WEEKDAYS.is_open(helsinki("2026-11-20T17:00"))
    assert WEEKDAYS.opens_at(helsinki("2026-11-20T17:00")) == helsinki("2026-11-23T09:00")
    assert WEEKDAYS.closes_at(helsinki("2026-11-20T10:00")) == helsinki("2026-11-20T12:00")
    assert WEEKDAYS.open_between(helsinki("2026-11-20T16:00"), helsinki("2026-11-23T09:30")) == dt.timedelta(minutes=90)
    assert WEEKDAYS.after(helsinki("2026-11-20T16:00"), dt.timedelta(hours=2)) == helsinki("2026-11-23T10:00")


def test_a_holiday_is_closed_and_an_exception_is_not() -> None:
    eve, day = dt.date(2026, 12, 24), dt.date(2026, 12, 25)
    schedule = Schedule(HELSINKI, WEEKDAYS.week, {eve: periods_of("9-12")}, {eve: "Jouluaatto", day: "Joulupäivä"})
    assert schedule.is_open(helsinki("2026-12-24T10:00"))
    assert not schedule.is_open(helsinki("2026-12-24T14:00"))
    assert not schedule.is_open(helsinki("2026-12-25T10:00"))
    assert schedule.opens_at(helsinki("2026-12-24T12:00")) == helsinki("2026-12-28T09:00")


def test_the_night_of_the_clocks() -> None:
    nights = Schedule(HELSINKI, (periods_of("2-5"),) * 7)
    assert nights.open_between(helsinki("2026-03-29T00:00"), helsinki("2026-03-30T00:00")) == dt.timedelta(hours=2)
    assert nights.open_between(helsinki("2026-10-25T00:00"), helsinki("2026-10-26T00:00")) == dt.timedelta(hours=4)


def test_around_the_clock_never_closes_and_a_closed_one_never_opens() -> None:
    at = helsinki("2026-11-20T12:00")
    assert always(HELSINKI).closes_at(at) is None
    never = Schedule(HELSINKI, ((),) * 7)
    assert never.opens_at(at) is None
    assert never.after(at, MINUTE) is None


@pytest.mark.parametrize(
    ("text", "shown"),
    [("9-17", "9:00–17:00"), ("13–17, 9.30-12", "9:30–12:00 13:00–17:00"), ("0-24", "0:00–24:00"), ("", "")],
)
def test_hours_as_they_are_written(text: str, shown: str) -> None:
    assert " ".join(map(str, periods_of(text))) == shown


@pytest.mark.parametrize("text", ["9", "17-9", "9-25", "9-12, 11-14", "a-b", "9:61-10", "-", "9-9", "²-5"])
def test_nonsense_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"period|time|overlap"):
        periods_of(text)


def test_a_time_is_written_as_on_a_door() -> None:
    assert [clock_time(minutes) for minutes in (0, 545, 1440)] == ["0:00", "9:05", "24:00"]
