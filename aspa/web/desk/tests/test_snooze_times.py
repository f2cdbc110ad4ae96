"""The times offered for snoozing, in the night when the clocks go back and in the one when they go forward."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.utils import timezone, translation

from aspa.web.desk.views.lifecycle import snooze_choices


@pytest.mark.parametrize("begins", ["2026-10-25T02:30:00+03:00", "2026-03-29T02:30:00+02:00"])
def test_an_hour_is_an_hour_and_the_morning_is_at_nine(begins: str) -> None:
    start = dt.datetime.fromisoformat(begins)
    with time_machine.travel(start, tick=False), timezone.override("Europe/Helsinki"), translation.override("en"):
        times = {str(name): moment for name, moment in snooze_choices()}
    assert times["In an hour"] - start == dt.timedelta(hours=1)
    assert times["In three hours"] - start == dt.timedelta(hours=3)
    assert (times["Tomorrow morning"].hour, times["Tomorrow morning"].day) == (9, start.day + 1)
    assert times["In two weeks"].hour == 9
