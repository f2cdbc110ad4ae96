"""What came of offering articles, told honestly: silence is no help, and nobody is known by it."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from aspa.kit import clock
from aspa.service.deflection import attempts, report, settling
from aspa.service.deflection.attempts import Shown
from aspa.service.deflection.models import ArticleDay, Attempt, AttemptDay, Outcome, Where
from tests.cast import Cast

pytestmark = pytest.mark.django_db

RETURNS = Shown("knowledge", 1, "Returns", "/help/villa/en/a/returns/")
DELIVERY = Shown("knowledge", 2, "Delivery", "/help/villa/en/a/delivery/")


def shown(cast: Cast, *, is_followed: bool = False) -> str:
    return attempts.show(cast.brand, [RETURNS, DELIVERY], where=Where.WIDGET, is_followed=is_followed)


def the(key: str) -> Attempt:
    return Attempt.objects.get(key=key)


def test_only_a_yes_is_help(cast: Cast) -> None:
    key = shown(cast)
    assert the(key).outcome == Outcome.GAVE_UP
    attempts.open_(cast.brand, RETURNS, key=key)
    assert the(key).outcome == Outcome.UNKNOWN
    attempts.say(cast.brand, RETURNS, key=key, helped=False)
    assert the(key).outcome == Outcome.GAVE_UP
    attempts.open_(cast.brand, DELIVERY, key=key)
    attempts.say(cast.brand, DELIVERY, key=key, helped=True)
    attempts.say(cast.brand, RETURNS, key=key, helped=False)
    assert the(key).outcome == Outcome.HELPED
    attempts.go_on(cast.brand, key=key)
    assert the(key).outcome == Outcome.WENT_ON


def test_silence_says_perhaps_only_of_who_can_be_recognised(cast: Cast) -> None:
    key = shown(cast, is_followed=True)
    assert the(key).outcome == Outcome.GAVE_UP
    attempts.open_(cast.brand, RETURNS, key=key)
    assert the(key).outcome == Outcome.PERHAPS


def test_what_is_said_of_an_article_that_was_not_read_counts_nothing(cast: Cast) -> None:
    key = shown(cast)
    assert not attempts.say(cast.brand, RETURNS, key=key, helped=True)
    assert not attempts.say(cast.other_brand, RETURNS, key=key, helped=True)
    assert the(key).outcome == Outcome.GAVE_UP


def test_one_attempt_goes_on_with_its_key_and_only_at_its_brand(cast: Cast) -> None:
    key = attempts.show(cast.brand, [RETURNS], where=Where.WIDGET)
    assert attempts.show(cast.brand, [RETURNS, DELIVERY], where=Where.WIDGET, key=key) == key
    assert attempts.show(cast.other_brand, [RETURNS], where=Where.WIDGET, key=key) != key
    assert attempts.show(cast.brand, [], where=Where.WIDGET) == ""
    assert the(key).shown == ["knowledge:1", "knowledge:2"]
    assert ArticleDay.objects.get(brand=cast.brand, key=1).shown == 1


def test_after_a_day_attempts_are_figures_and_gone(cast: Cast) -> None:
    start = dt.datetime(2026, 3, 10, 20, 30, tzinfo=dt.UTC)
    with time_machine.travel(start, tick=False) as traveller:
        helped, went_on, _left = shown(cast), shown(cast), shown(cast)
        for key in (helped, went_on):
            attempts.open_(cast.brand, RETURNS, key=key)
        attempts.say(cast.brand, RETURNS, key=helped, helped=True)
        attempts.go_on(cast.brand, key=went_on)
        traveller.move_to(start + dt.timedelta(hours=23))
        assert settling.settle() == 0
        late = shown(cast)
        traveller.move_to(start + dt.timedelta(hours=24))
        assert settling.settle() == 3
        attempts.go_on(cast.brand, key=helped)
        assert [attempt.key for attempt in Attempt.objects.all()] == [late]
        day = AttemptDay.objects.get()
        # As the brand's own clock has it.
        assert (day.date, day.where) == (dt.date(2026, 3, 10), "widget")
        assert (day.shown, day.opened, day.helped, day.went_on, day.gave_up) == (3, 2, 1, 1, 1)
        (came,) = report.came()
        assert {share.outcome: share.count for share in came.outcomes if share.count} == {
            Outcome.HELPED: 1, Outcome.WENT_ON: 1, Outcome.GAVE_UP: 1
        }  # fmt: skip
        assert sum(day.counts["shown"] for day in came.days) == 3
        lines = {line.title: line for line in report.articles(cast.brand)}
        assert (lines["Returns"].opened, lines["Returns"].helped, lines["Returns"].went_on) == (2, 1, 1)
        assert lines["Delivery"].opened == 0


def test_figures_of_articles_end_after_two_years(cast: Cast) -> None:
    shown(cast)
    with time_machine.travel(clock.now() + settling.KEPT + dt.timedelta(days=2)):
        settling.forget()
    assert not ArticleDay.objects.exists()
