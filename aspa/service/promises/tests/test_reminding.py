"""When a promise without a time is due, and when its owner is reminded: by working time."""

from __future__ import annotations

import datetime as dt

import pytest

from aspa.service.promises.reminding import proposed, warning_at
from aspa.service.promises.tests.test_recognising import HELSINKI, NOW, OFFICE


def at(written: str) -> dt.datetime:
    return dt.datetime.strptime(f"2026.{written}", "%Y.%d.%m. %H:%M").replace(tzinfo=HELSINKI)


@pytest.mark.parametrize(
    ("due", "warned"),
    [
        ("19.11. 14:00", "19.11. 13:30"),
        # Half an hour of work: at opening time that was the evening before.
        ("19.11. 9:00", "18.11. 16:30"),
        ("19.11. 9:10", "18.11. 16:40"),
        # Over the weekend.
        ("23.11. 9:00", "20.11. 16:30"),
        # By the end of a day: in its morning.
        ("19.11. 17:00", "19.11. 9:00"),
        # Its morning is over.
        ("18.11. 17:00", "18.11. 16:30"),
        # So soon that there is no half an hour: halfway.
        ("18.11. 10:50", "18.11. 10:40"),
        ("18.11. 21:00", "18.11. 16:30"),
    ],
)
def test_the_reminder_comes_in_working_time(due: str, warned: str) -> None:
    assert warning_at(at(due), NOW, OFFICE) == at(warned)


@pytest.mark.parametrize(
    ("made", "due"),
    [("18.11. 10:30", "18.11. 14:30"), ("18.11. 15:07", "19.11. 11:15"), ("20.11. 16:00", "23.11. 12:00")],
)
def test_a_promise_without_a_time_is_due_within_half_a_days_work(made: str, due: str) -> None:
    assert proposed(at(made), OFFICE) == at(due)
