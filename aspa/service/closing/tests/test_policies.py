"""When silence reminds and closes: after whole days, and only while somebody is there."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from aspa.service.closing.models import SilencePolicy
from aspa.service.closing.policies import NOTHING, plan
from aspa.service.hours.schedule import Schedule, always, periods_of

HELSINKI = ZoneInfo("Europe/Helsinki")
OFFICE = Schedule(
    HELSINKI,
    (periods_of("9-12, 13-17"),) * 5 + ((), ()),
    holidays={dt.date(2026, 12, 24): "Jouluaatto", dt.date(2026, 12, 25): "Joulupäivä"},
)
DAY = dt.timedelta(days=1)
BEGINNING = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=HELSINKI)


def test_both_wait_for_the_next_opening() -> None:
    # Four days from a Tuesday afternoon is a Saturday; three from that Monday is Thursday morning.
    since = at("2026-11-17T16:30")
    assert plan(SilencePolicy(), OFFICE, since, since) == (at("2026-11-23T09:00"), at("2026-11-26T09:00"))
    since = at("2026-12-17T10:00")
    assert plan(SilencePolicy(), OFFICE, since, since) == (at("2026-12-21T10:00"), at("2026-12-28T09:00")), (
        "after Christmas"
    )


def test_off_or_never_open_closes_nothing() -> None:
    since = at("2026-11-17T16:30")
    assert plan(SilencePolicy(is_on=False), OFFICE, since, since) == NOTHING
    assert plan(SilencePolicy(), Schedule(HELSINKI, ((),) * 7), since, since) == NOTHING


def test_what_has_waited_for_long_already_gets_its_whole_wait() -> None:
    now = at("2026-11-17T10:00")
    assert plan(SilencePolicy(), always(HELSINKI), now - 300 * DAY, now) == (now + 4 * DAY, now + 7 * DAY)


@settings(max_examples=40)
@given(
    since=st.integers(0, 600 * 24 * 60).map(lambda minutes: BEGINNING + dt.timedelta(minutes=minutes)),
    remind_days=st.integers(1, 60),
    close_days=st.integers(1, 60),
)
def test_the_customer_always_gets_the_days_that_were_announced(
    since: dt.datetime, remind_days: int, close_days: int
) -> None:
    remind_at, close_at = plan(SilencePolicy(remind_days=remind_days, close_days=close_days), OFFICE, since, since)
    assert remind_at is not None
    assert close_at is not None
    assert remind_at - since >= remind_days * DAY
    assert close_at - remind_at >= close_days * DAY
    assert OFFICE.is_open(remind_at)
    assert OFFICE.is_open(close_at)
