"""The arithmetic of countdowns, against a reference that walks minute by minute."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aspa.core.conversations.models import Event
from aspa.service.hours.schedule import MINUTE, Schedule
from aspa.service.hours.tests.test_schedule import WEEKDAYS, helsinki, is_open, schedules
from aspa.service.sla.course import Course, Happening, Now
from aspa.service.sla.models import Countdown, Kind, Policy, Standing

E = Event.Kind
LONGEST_WALK = 4 * 24 * 60


def policy(**targets: int | None) -> Policy:
    return Policy(pk=1, name="Everybody", **targets)


def course(schedule: Schedule = WEEKDAYS, **targets: int | None) -> Course:
    """Of opening hours on weekdays, 9–12 and 13–17."""
    return Course(Standing(conversation_id=1), {}, policy(**targets), schedule)


def happens(course: Course, *events: tuple[str, str], message: int = 0) -> None:
    for kind, at in events:
        course.apply(Happening(kind, helsinki(at), message))


def due(course: Course, kind: str) -> dt.datetime | None:
    return course.countdowns[kind].due_at


FRIDAY, MONDAY = "2026-11-20T", "2026-11-23T"


def test_a_reply_is_due_in_opening_time_and_met_in_time_or_not() -> None:
    one = course(first_reply=120, next_reply=60)
    happens(one, (E.RECEIVED, FRIDAY + "16:00"), (E.RECEIVED, FRIDAY + "16:30"))
    assert due(one, "first_reply") == helsinki(MONDAY + "10:00")
    assert one.countdowns["first_reply"].next_at == helsinki(MONDAY + "09:30")
    happens(one, (E.REPLIED, MONDAY + "10:00"))
    assert [(out.kind, out.met, out.took) for out in one.outcomes] == [("first_reply", 1, dt.timedelta(hours=2))]
    happens(one, (E.RECEIVED, MONDAY + "10:10"))
    assert due(one, "next_reply") == helsinki(MONDAY + "11:10")
    happens(one, (E.REPLIED, MONDAY + "11:11"), (E.RECEIVED, MONDAY + "11:20"))
    assert [(out.kind, out.met, out.breached) for out in one.outcomes[1:]] == [
        ("next_reply", 0, 1),
        ("next_reply", 0, 0),
    ]
    assert one.countdowns["next_reply"].breached_at is None
    assert due(one, "next_reply") == helsinki(MONDAY + "13:20")


def test_the_solution_waits_while_the_customer_is_waited_for_and_in_a_snooze() -> None:
    one = course(resolution=240)
    happens(one, (E.RECEIVED, FRIDAY + "09:00"), (E.REPLIED, FRIDAY + "10:00"), (E.WAITING, FRIDAY + "10:00"))
    countdown = one.countdowns["resolution"]
    assert (countdown.due_at, countdown.next_at, countdown.left) == (None, None, dt.timedelta(hours=3))
    happens(one, (E.RECEIVED, FRIDAY + "16:00"))
    assert due(one, "resolution") == helsinki(MONDAY + "11:00")
    happens(one, (E.REPLIED, FRIDAY + "16:10"), (E.SNOOZED, FRIDAY + "16:30"), (E.WOKEN, MONDAY + "11:00"))
    assert due(one, "resolution") == helsinki(MONDAY + "14:30")
    happens(one, (E.SOLVED_ASKED, MONDAY + "14:30"), (E.ENDED, MONDAY + "16:00"))
    assert [(out.met, out.breached) for out in one.outcomes] == [(1, 0)]
    # Not solved after all: what was counted is taken back, and nothing is left of the time.
    happens(one, (E.REOPENED, MONDAY + "16:00"), (E.RECEIVED, MONDAY + "16:01"))
    assert [(out.met, out.breached) for out in one.outcomes] == [(1, 0), (-1, 0), (0, 1)]


def test_a_snooze_doesnt_stop_the_customers_wait() -> None:
    one = course(first_reply=60)
    happens(one, (E.RECEIVED, FRIDAY + "09:00"), (E.SNOOZED, FRIDAY + "09:10"))
    assert due(one, "first_reply") == helsinki(FRIDAY + "10:00")


def test_a_reply_that_doesnt_arrive_answers_nothing() -> None:
    one = course(first_reply=60, next_reply=60)
    happens(one, (E.RECEIVED, FRIDAY + "09:00"))
    happens(one, (E.REPLIED, FRIDAY + "09:10"), message=7)
    one.apply(Happening(E.DELIVERY, helsinki(FRIDAY + "09:20"), 7, arrived=False))
    assert due(one, "first_reply") == helsinki(FRIDAY + "10:00")
    assert sum(out.met for out in one.outcomes) == sum(out.replies for out in one.outcomes) == 0
    one.apply(Happening(E.DELIVERY, helsinki(FRIDAY + "09:30"), 7, arrived=True))
    assert one.countdowns["first_reply"].met_at == helsinki(FRIDAY + "09:30")
    one.apply(Happening(E.DELIVERY, helsinki(FRIDAY + "09:40"), 7, arrived=True))
    assert [sum(out.met for out in one.outcomes), len(one.outcomes)] == [1, 3]
    # Another one that fails is ours to say again.
    one.apply(Happening(E.DELIVERY, helsinki(FRIDAY + "10:00"), 8, arrived=False))
    assert due(one, "next_reply") == helsinki(FRIDAY + "11:00")


def test_a_bare_thanks_is_owed_no_answer() -> None:
    for thanks in (E.WAITING, E.ACTIVITY):
        one = course(next_reply=60, resolution=240)
        happens(one, (E.RECEIVED, FRIDAY + "09:00"), (E.REPLIED, FRIDAY + "09:10"), (E.RECEIVED, FRIDAY + "09:20"))
        happens(one, (thanks, FRIDAY + "09:20"))
        assert set(one.countdowns) == {"resolution"}
        assert (due(one, "resolution") is None) == (thanks == E.WAITING)


def test_an_end_without_an_answer_is_neither_met_nor_breached() -> None:
    one = course(first_reply=60)
    happens(one, (E.RECEIVED, FRIDAY + "09:00"), (E.ENDED, FRIDAY + "09:30"))
    assert (one.countdowns, one.outcomes) == ({}, [])


def test_what_is_set_aside_stands_still_and_comes_back_with_its_wait() -> None:
    one = course(first_reply=60, resolution=240)
    happens(one, (E.RECEIVED, FRIDAY + "09:00"), (E.SET_ASIDE, FRIDAY + "09:00"))
    assert {countdown.next_at for countdown in one.countdowns.values()} == {None}
    happens(one, (E.REOPENED, FRIDAY + "11:00"))
    assert one.countdowns["first_reply"].breached_at is None
    assert due(one, "first_reply") == helsinki(FRIDAY + "10:00")
    assert due(one, "resolution") == helsinki(FRIDAY + "16:00")


def test_another_policy_times_what_runs_anew_and_leaves_what_was_met() -> None:
    one = course(first_reply=60, resolution=None)
    happens(one, (E.RECEIVED, FRIDAY + "09:00"), (E.REPLIED, FRIDAY + "09:10"), (E.RECEIVED, FRIDAY + "10:00"))
    assert set(one.countdowns) == {"first_reply"}
    one.policy = Policy(pk=2, name="Gold", first_reply=5, next_reply=30, resolution=120)
    one.settle(helsinki(FRIDAY + "10:05"))
    assert one.countdowns["first_reply"].policy_id == 1
    assert due(one, "next_reply") == helsinki(FRIDAY + "10:30")
    assert due(one, "resolution") == helsinki(FRIDAY + "11:00")
    one.policy = None
    one.settle(helsinki(FRIDAY + "10:06"))
    assert set(one.countdowns) == {"first_reply"}


def test_each_is_told_once() -> None:
    one = course(first_reply=60)
    happens(one, (E.RECEIVED, FRIDAY + "09:00"))
    countdown = one.countdowns["first_reply"]
    told = [
        one.mark_told(countdown, helsinki(FRIDAY + at)) for at in ("09:44", "09:45", "09:46", "10:00", "10:01", "10:02")
    ]
    assert told == ["", "sla_warned", "", "", "sla_breached", ""]
    assert (countdown.next_at, [out.breached for out in one.outcomes]) == (None, [1])


def test_after_a_merge_it_stands_as_the_messages_say() -> None:
    one = course(first_reply=60, next_reply=60)
    at = helsinki(FRIDAY + "09:00")
    one.apply(Happening(E.SPLIT, helsinki(FRIDAY + "10:30")), Now("open", at, at, is_answered=True))
    assert set(one.countdowns) == {"next_reply"}
    one.apply(Happening(E.MERGED, helsinki(FRIDAY + "10:40")), Now("closed", None, at, is_answered=True))
    assert one.countdowns == {}


# Against the reference

ANSWERING = st.lists(st.tuples(st.booleans(), st.integers(0, 900)), min_size=1, max_size=5)
PAUSING = st.lists(st.tuples(st.sampled_from(["go", "stop"]), st.integers(0, 700)), max_size=5)


@settings(max_examples=60, deadline=None)
@given(schedules(), st.integers(1, 600), ANSWERING)
def test_replies_agree_with_the_clock_on_the_wall(
    given_: tuple[Schedule, dt.datetime], target: int, turns: Sequence[tuple[bool, int]]
) -> None:
    schedule, at = given_
    one = course(schedule, first_reply=target, next_reply=target)
    asked, expected = None, []
    for ours, pause in turns:
        at += pause * MINUTE
        if ours and asked is not None:
            reached = walk(schedule, asked, target)
            expected.append(reached is None or reached >= at)
            asked = None
        elif not ours:
            asked = asked or at
        one.apply(Happening(E.REPLIED if ours else E.RECEIVED, at))
    found = [out.met == 1 for out in one.outcomes if out.met or out.breached]
    # Whoever still waits may have waited too long already.
    assert found[: len(expected)] == expected
    running = [countdown for countdown in one.countdowns.values() if countdown.met_at is None]
    assert [countdown.due_at for countdown in running if countdown.due_at] == [
        reached for reached in [walk(schedule, asked, target) if asked else None] if reached
    ]


@settings(max_examples=60, deadline=None)
@given(schedules(), st.integers(1, 900), PAUSING)
def test_a_paused_target_agrees_with_the_clock_on_the_wall(
    given_: tuple[Schedule, dt.datetime], target: int, steps: Sequence[tuple[str, int]]
) -> None:
    schedule, at = given_
    one = course(schedule, resolution=target)
    one.apply(Happening(E.RECEIVED, at))
    since: dt.datetime | None = at
    left, late = target, False
    for step, pause in steps:
        before, at = at, at + pause * MINUTE
        if since is not None and not late:
            reached = walk(schedule, since, left)
            late = reached is not None and reached < at
        if step == "stop" and since is not None:
            left -= sum(is_open(schedule, since + n * MINUTE) for n in range(int((at - since) / MINUTE)))
            since = None
        elif step == "go":
            since = since or at
        one.apply(Happening(E.SNOOZED if step == "stop" else E.WOKEN, at))
        assert before <= at
    countdown: Countdown = one.countdowns[Kind.RESOLUTION]
    assert (countdown.breached_at is not None) == late
    if since is None:
        assert countdown.left == max(0, left) * MINUTE
    elif not late:
        assert countdown.due_at == walk(schedule, since, left)


def walk(schedule: Schedule, at: dt.datetime, minutes: int) -> dt.datetime | None:
    """When it has been open for so many minutes since `at`; for none, when it is open next."""
    for _minute in range(LONGEST_WALK * 3):
        if is_open(schedule, at):
            if minutes == 0:
                return at
            minutes -= 1
            if minutes == 0:
                return at + MINUTE
        at += MINUTE
    return None


@pytest.mark.parametrize("kind", [E.NOTED, E.READ])
def test_what_is_nobodys_turn_changes_nothing(kind: str) -> None:
    one = course(first_reply=60, resolution=60)
    happens(one, (E.RECEIVED, FRIDAY + "09:00"), (kind, FRIDAY + "09:30"))
    assert due(one, "first_reply") == due(one, "resolution") == helsinki(FRIDAY + "10:00")
