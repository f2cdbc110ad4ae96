"""Open hours and nobody there: who is told."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.core import mail

from aspa.kit.tasks import run_pending
from aspa.service.hours import editing
from aspa.service.hours.schedule import periods_of
from aspa.web.desk import nobody_there
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def office_hours(cast: Cast) -> None:
    editing.set_week(editing.hours_of(cast.brand), [periods_of("9-17")] * 7, country="")


def test_those_who_could_answer_are_told_and_nobody_else(cast: Cast) -> None:
    cast.team.members.remove(cast.ada)
    with time_machine.travel(dt.datetime.fromisoformat("2026-11-24T09:00:00+02:00"), tick=False):
        for _minute in range(2):
            nobody_there.watch()
            run_pending()
    assert [letter.to for letter in mail.outbox] == [[cast.ben.email]]
    assert "Villa" in mail.outbox[0].subject


def test_without_a_teams_members_everybody_who_may_answer_is_told(cast: Cast) -> None:
    cast.team.members.clear()
    assert {agent.pk for agent in nobody_there.to_alert(cast.inbox)} == {cast.ada.pk, cast.ben.pk}
