"""Countdowns from the journal: by the doors that customers and agents use, and from the beginning again."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterator

import pytest
import time_machine

from aspa.core.conversations import intake, joining, lifecycle, replies, triage
from aspa.core.conversations.events import Cursor, Stretch
from aspa.core.conversations.models import Conversation, Event, Reason
from aspa.core.inboxes.models import Inbox
from aspa.kit import clock
from aspa.kit.bus import bus
from aspa.kit.tasks import run_pending
from aspa.service.hours import calendars
from aspa.service.hours import editing as hours
from aspa.service.hours.schedule import periods_of
from aspa.service.sla import editing, following, policies, watching
from aspa.service.sla.answering import reply_due
from aspa.service.sla.models import Countdown, Pace, Policy, Standing, Tally
from aspa.service.sla.tasks import reckon_anew
from tests.cast import Cast, inbound, says
from tests.journal import whole

FRIDAY = dt.datetime.fromisoformat("2026-11-20T16:00:00+02:00")
MONDAY = dt.datetime.fromisoformat("2026-11-23T10:00:00+02:00")
HOUR, MINUTE = dt.timedelta(hours=1), dt.timedelta(minutes=1)


@pytest.fixture
def time(cast: Cast) -> Iterator[time_machine.Traveller]:
    """Friday at four; open on weekdays from nine to five."""
    hours.set_week(hours.hours_of(cast.brand), [periods_of("9-17")] * 5 + [()] * 2, country="")
    calendars.forget()
    with time_machine.travel(FRIDAY, tick=False) as traveller:
        yield traveller


@pytest.fixture
def policy(cast: Cast, time: object) -> Policy:
    return Policy.objects.create(name="Everybody", first_reply=120, next_reply=60, resolution=480)


@pytest.fixture
def parcel(policy: Policy, conversation: Conversation) -> Conversation:
    return conversation


def follow() -> None:
    """As the subscriber would; twice, as it may."""
    for _again in range(2):
        following.follow(later())


def later() -> Stretch:
    """The whole journal, but not as for one who was sent back to its beginning."""
    return dataclasses.replace(whole(), after=Cursor(-1, 0))


def shown(conversation: Conversation) -> dict[str, dt.datetime | None]:
    return {one.kind: one.due_at for one in Countdown.objects.filter(conversation=conversation, met_at=None)}


def another(cast: Cast) -> Conversation:
    """Dee's second matter, in another chat of the shop."""
    return says(
        Inbox.objects.create(brand=cast.brand, name="Service", channel="webchat"), "Another matter"
    ).conversation


def tallies() -> dict[str, tuple[int, int]]:
    return {tally.kind: (tally.met, tally.breached) for tally in Tally.objects.all()}


def test_a_conversation_is_followed_from_door_to_door(
    cast: Cast, parcel: Conversation, time: time_machine.Traveller
) -> None:
    follow()
    assert shown(parcel) == {"first_reply": MONDAY, "resolution": MONDAY + 6 * HOUR}
    time.move_to(MONDAY)
    replies.reply(parcel, by=cast.ben, body="It left today.")
    lifecycle.wait_for_customer(parcel, by=cast.ben)
    follow()
    assert shown(parcel) == {"resolution": None}
    assert Countdown.objects.get(kind="resolution").left == 6 * HOUR
    time.shift(HOUR)
    says(cast.inbox, "When will it be here?")
    follow()
    assert shown(parcel) == {"next_reply": MONDAY + 2 * HOUR, "resolution": MONDAY + 7 * HOUR}
    time.shift(2 * HOUR)
    replies.reply(parcel, by=cast.ben, body="Tomorrow.")
    lifecycle.customer_ends(parcel)
    follow()
    assert tallies() == {"first_reply": (1, 0), "next_reply": (0, 1), "resolution": (1, 0)}
    assert [(pace.minutes, pace.count) for pace in Pace.objects.all()] == [(120, 1)]
    # From the beginning once more it comes to the same.
    before = list(Countdown.objects.order_by("kind").values_list("kind", "due_at", "met_at", "breached_at"))
    Tally.objects.update(met=7)
    following.follow(whole())
    assert list(Countdown.objects.order_by("kind").values_list("kind", "due_at", "met_at", "breached_at")) == before
    assert tallies() == {"first_reply": (1, 0), "next_reply": (0, 1), "resolution": (1, 0)}


def test_the_first_policy_that_fits_counts(cast: Cast, parcel: Conversation) -> None:
    gold = Policy(name="Gold", tiers=["gold"], first_reply=30)
    urgent = Policy(name="Urgent", priorities=[2], first_reply=15)
    for added in (gold, urgent):
        editing.add(added)
    everybody = Policy.objects.get(name="Everybody")
    editing.move(gold, up=True)
    editing.move(urgent, up=True)
    assert list(Policy.objects.values_list("name", flat=True)) == ["Gold", "Urgent", "Everybody"]
    follow()
    assert Standing.objects.get().policy == everybody
    triage.prioritise(parcel, by=cast.ben, priority=2)
    follow()
    assert (Standing.objects.get().policy, shown(parcel)) == (urgent, {"first_reply": FRIDAY + 15 * MINUTE})
    other = another(cast)
    triage.set_tier(other, by=cast.ben, tier="Gold")
    follow()
    # In all that the customer has going on.
    assert {standing.policy for standing in Standing.objects.all()} == {gold}
    gold.is_active = False
    editing.change(gold)
    reckon_anew()
    assert Standing.objects.get(pk=parcel.pk).policy == urgent


@pytest.mark.parametrize(
    ("conditions", "fits"),
    [
        ({}, True),
        ({"inboxes": [1], "reasons": [2], "priorities": [0, 1], "tiers": ["gold", ""]}, True),
        ({"inboxes": [9]}, False),
        ({"reasons": [9]}, False),
        ({"priorities": [2]}, False),
        ({"tiers": ["silver"]}, False),
    ],
)
def test_conditions(conditions: dict[str, list[object]], fits: bool) -> None:
    matter = policies.Matter(inbox_id=1, reason_id=2, priority=1, tier="gold")
    assert policies.fits(Policy(**conditions), matter) == fits
    assert (policies.first_fitting([Policy(is_active=False), Policy(**conditions)], matter) is not None) == fits


def test_a_policy_for_a_reason_counts_from_the_beginning(cast: Cast, parcel: Conversation) -> None:
    reason = Reason.objects.create(brand=cast.brand, name="Delivery")
    Policy.objects.update(reasons=[reason.pk])
    follow()
    assert shown(parcel) == {}
    triage.set_reason(parcel, by=cast.ben, reason=reason)
    follow()
    assert shown(parcel)["first_reply"] == MONDAY


def test_due_is_known_before_the_journal_is_followed(
    cast: Cast, parcel: Conversation, time: time_machine.Traveller
) -> None:
    assert reply_due(parcel) == MONDAY
    time.move_to(MONDAY)
    replies.reply(parcel, by=cast.ben, body="It left today.")
    parcel.refresh_from_db()
    assert reply_due(parcel) is None
    says(cast.inbox, "When will it be here?")
    parcel.refresh_from_db()
    assert reply_due(parcel) == MONDAY + HOUR
    Policy.objects.update(next_reply=None)
    assert reply_due(parcel) is None


def test_those_concerned_are_told_once_before_and_once_after(
    cast: Cast, parcel: Conversation, time: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    there: list[dict[str, int]] = []
    monkeypatch.setattr(watching, "present", lambda: there)
    Policy.objects.update(resolution=None, escalate_agent=cast.cy)
    triage.assign(parcel, by=None, to=cast.ben)
    follow()
    told: list[tuple[str, list[int], list[int]]] = []
    for at in (29, 30, 31, 60, 61, 62):
        time.move_to(MONDAY - HOUR + at * MINUTE)
        there[:] = [{"id": cast.ben.pk}]
        watching.watch()
        follow()
        events = Event.objects.filter(kind__startswith="sla_").order_by("pk")
        told = [(event.kind, event.data["agents"], event.data["escalated"]) for event in events]
        assert len(told) == (at >= 30) + (at >= 61)
    # Whoever may not read it isn't told, whatever the policy says.
    assert told == [("sla_warned", [cast.ben.pk], []), ("sla_breached", [cast.ada.pk, cast.ben.pk], [])]
    assert tallies() == {"first_reply": (0, 1)}
    # Built anew it remembers what was told.
    following.follow(whole())
    watching.watch()
    assert Event.objects.filter(kind__startswith="sla_").count() == 2
    assert tallies() == {"first_reply": (0, 1)}


def test_who_is_away_leaves_the_warning_to_the_team(
    cast: Cast, parcel: Conversation, time: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "present", list)
    Policy.objects.update(resolution=None, escalate_team=cast.team)
    triage.assign(parcel, by=None, to=cast.ben)
    follow()
    time.move_to(MONDAY + MINUTE)
    watching.watch()
    breached = Event.objects.get(kind="sla_breached")
    assert breached.data["agents"] == breached.data["escalated"] == sorted([cast.ada.pk, cast.ben.pk])


def test_nobody_is_told_of_a_customer_who_was_answered_a_moment_ago(
    cast: Cast, parcel: Conversation, time: time_machine.Traveller
) -> None:
    Policy.objects.update(resolution=None)
    follow()
    time.move_to(MONDAY)
    replies.reply(parcel, by=cast.ben, body="It left today.")
    time.shift(HOUR)
    watching.watch()
    assert not Event.objects.filter(kind__startswith="sla_").exists()
    assert tallies() == {"first_reply": (1, 0)}


def test_merging_takes_the_wait_along_and_taking_it_back_returns_it(cast: Cast, parcel: Conversation) -> None:
    other = another(cast)
    replies.reply(other, by=cast.ben, body="Noted.")
    says(cast.inbox, "Hello?")
    follow()
    joining.merge(parcel, into=other, by=cast.ben)
    follow()
    assert Countdown.objects.filter(conversation=parcel, kind="first_reply").count() == 0
    assert shown(other)["next_reply"] == FRIDAY + HOUR
    joining.unmerge(parcel, by=cast.ben)
    follow()
    assert "next_reply" not in shown(other)
    assert shown(parcel)["first_reply"] == MONDAY


def test_a_machines_word_is_waited_for_by_nobody(cast: Cast, parcel: Conversation) -> None:
    replies.reply(parcel, by=cast.ben, body="It left today.")
    says(cast.inbox, "I am away until Monday.", automatic=True)
    follow()
    assert "next_reply" not in shown(parcel)


def test_changed_hours_move_what_runs(cast: Cast, parcel: Conversation) -> None:
    follow()
    hours.set_day(hours.hours_of(cast.brand), dt.date(2026, 11, 23), ())
    run_pending()
    assert shown(parcel)["first_reply"] == MONDAY + dt.timedelta(days=1)


def test_hours_that_changed_without_a_word_make_nobody_late(
    parcel: Conversation, time: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hours, "reckoned_with", [])
    follow()
    hours.set_day(hours.hours_of(parcel.brand), MONDAY.date(), ())
    calendars.forget()
    time.move_to(MONDAY + MINUTE)
    watching.watch()
    assert shown(parcel)["first_reply"] == MONDAY + dt.timedelta(days=1)
    assert not Event.objects.filter(kind__startswith="sla_").exists()


def test_open_desks_hear_of_changed_countdowns(
    parcel: Conversation,
    django_capture_on_commit_callbacks: Callable[..., list[object]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    heard: list[dict[str, object]] = []
    monkeypatch.setattr(bus, "publish", lambda channel, payload: heard.append({channel: payload}))
    with django_capture_on_commit_callbacks(execute=True):
        follow()
    assert heard == [{"countdowns": {"conversations": [[parcel.inbox_id, parcel.pk]]}}]


def test_without_policies_it_costs_one_query(
    conversation: Conversation, django_assert_num_queries: Callable[[int], Iterator[None]]
) -> None:
    with django_assert_num_queries(1):  # type: ignore[attr-defined]
        following.follow(whole())
    assert not Standing.objects.exists()


def test_many_messages_take_few_queries(
    cast: Cast, policy: Policy, django_assert_max_num_queries: Callable[[int], Iterator[None]]
) -> None:
    intake.receive([inbound(cast.inbox, f"Hello {n}", who=f"visitor{n}") for n in range(40)])
    calendars.schedule_of(cast.inbox)
    with django_assert_max_num_queries(14):  # type: ignore[attr-defined]
        assert following.follow(later()) is None
    assert Countdown.objects.count() == 80


def test_a_long_stretch_is_followed_in_pieces(cast: Cast, policy: Policy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "AT_ONCE", 2)
    for number in range(5):
        says(cast.inbox, "Hello", who=f"visitor{number}")
    stretch, pieces = later(), 0
    while until := following.follow(stretch):
        stretch, pieces = dataclasses.replace(stretch, after=until), pieces + 1
    assert (pieces, Countdown.objects.filter(kind="first_reply").count()) == (2, 5)
    assert clock.now() == FRIDAY
