from __future__ import annotations

import datetime as dt

import time_machine
from django.utils import timezone

from aspa.core.people import changes
from tests.cast import Cast

MORNING = dt.datetime(2026, 11, 2, 9, tzinfo=dt.UTC)


def test_who_changed_first_is_taken_first_and_once(cast: Cast) -> None:
    eve = type(cast.dee).objects.create(brand=cast.brand, name="Eve", created_at=timezone.now())
    with time_machine.travel(MORNING, tick=False) as clock:
        changes.touch([eve.pk])
        clock.shift(60)
        changes.touch([cast.dee.pk, cast.dee.pk])

        assert list(changes.take(1)) == [eve.pk]
        assert list(changes.take(5)) == [cast.dee.pk]
        assert list(changes.take(5)) == []


def test_who_changes_again_waits_anew(cast: Cast) -> None:
    changes.touch([cast.dee.pk])
    assert list(changes.take(5)) == [cast.dee.pk]
    changes.touch([cast.dee.pk])
    assert list(changes.take(5)) == [cast.dee.pk]
