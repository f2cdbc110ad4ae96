"""Whose duty it is, against a reference that counts handovers one by one with another library's clock."""

from __future__ import annotations

import datetime as dt
import itertools
from zoneinfo import ZoneInfo

import pytest
from dateutil import tz
from hypothesis import given, settings
from hypothesis import strategies as st

from aspa.service.duty.roster import DAY, Replacement, Roster

HELSINKI = ZoneInfo("Europe/Helsinki")
ADA, BEN, CY = 1, 2, 3
MINUTE = dt.timedelta(minutes=1)
# Around both changes of the clocks in Europe, and those of Lord Howe, where they change by half an hour.
SPRING, AUTUMN = (dt.datetime(2026, month, 20, tzinfo=dt.UTC) for month in (3, 9))
INSTANTS = st.tuples(st.sampled_from([SPRING, AUTUMN]), st.integers(0, 45 * 24 * 60)).map(
    lambda given: given[0] + given[1] * MINUTE
)
ZONES = st.sampled_from(["Europe/Helsinki", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "UTC"])


def reference(roster: Roster, at: dt.datetime) -> int:
    """Walk through the handovers from long before the first turn and change the person at each."""
    zone = tz.gettz(roster.timezone.key)
    day = roster.starts_on
    if roster.days == 7:
        while day.weekday() != roster.weekday:
            day -= DAY
    number, length = 0, roster.days * DAY
    while handover(day, roster, zone) > at:
        number, day = number - 1, day - length
    while handover(day + length, roster, zone) <= at:
        number, day = number + 1, day + length
    person = roster.members[number % len(roster.members)]
    for one in roster.replacements:
        person = one.agent if one.start <= at < one.end else person
    return person


def handover(day: dt.date, roster: Roster, zone: dt.tzinfo | None) -> dt.datetime:
    local = dt.datetime.combine(day, roster.handover, zone)
    return tz.resolve_imaginary(local).astimezone(dt.UTC)


ROSTERS = st.builds(
    Roster,
    timezone=ZONES.map(ZoneInfo),
    members=st.sampled_from([(ADA,), (ADA, BEN), (ADA, BEN, CY), (BEN, ADA, BEN)]),
    starts_on=st.dates(dt.date(2026, 1, 1), dt.date(2026, 12, 31)),
    days=st.sampled_from([1, 7]),
    weekday=st.integers(0, 6),
    # Also in the hour that is skipped, and in the one that comes twice.
    handover=st.sampled_from([dt.time(), dt.time(1, 45), dt.time(2, 30), dt.time(3, 30), dt.time(9), dt.time(23, 59)]),
    replacements=st.lists(
        st.builds(
            lambda start, hours, agent: Replacement(start, start + dt.timedelta(hours=hours), agent),
            INSTANTS, st.integers(1, 200), st.sampled_from([ADA, CY]),
        ),
        max_size=3,
    ).map(tuple),
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(ROSTERS, INSTANTS)
def test_it_is_who_the_handovers_say(roster: Roster, at: dt.datetime) -> None:
    assert roster.on_duty(at) == reference(roster, at)


@settings(max_examples=60, deadline=None)
@given(ROSTERS, INSTANTS, st.integers(1, 40))
def test_the_turns_are_who_is_on_duty_at_each_of_their_instants(roster: Roster, start: dt.datetime, days: int) -> None:
    until = start + days * DAY
    turns = list(roster.turns(start, until))
    assert (turns[0].start, turns[-1].end) == (start, until)
    for turn, following in itertools.pairwise(turns):
        assert turn.end == following.start
        assert turn.agent != following.agent
    for turn in turns:
        last = turn.end - dt.timedelta(seconds=1)
        assert {roster.on_duty(turn.start), roster.on_duty(max(turn.start, last))} == {turn.agent}


def at(written: str) -> dt.datetime:
    return dt.datetime.fromisoformat(written).replace(tzinfo=HELSINKI)


WEEKS = Roster(HELSINKI, (ADA, BEN), dt.date(2026, 11, 18))


@pytest.mark.parametrize(
    ("moment", "agent"),
    [
        # The first turn is the one in which Wednesday the 18th lies.
        ("2026-11-18 12:00", ADA),
        ("2026-11-23 08:59", ADA),
        ("2026-11-23 09:00", BEN),
        ("2026-11-30 09:00", ADA),
        # Before it they take turns, too.
        ("2026-11-16 08:59", BEN),
    ],
)
def test_a_week_changes_hands_on_monday_at_nine(moment: str, agent: int) -> None:
    assert WEEKS.on_duty(at(moment)) == agent


def test_the_week_of_the_long_night_has_an_hour_more() -> None:
    start = at("2026-10-19 09:00").astimezone(dt.UTC)
    assert WEEKS.ends_at(start) == start + dt.timedelta(days=7, hours=1)


def test_a_rota_without_members_has_nobody() -> None:
    assert Roster(HELSINKI, (), dt.date(2026, 11, 18)).on_duty(at("2026-11-18 12:00")) is None


def test_the_duty_of_one_person_never_ends() -> None:
    assert Roster(HELSINKI, (ADA,), dt.date(2026, 11, 18)).ends_at(at("2026-11-18 12:00")) is None
