"""Places in lists are read as they were written, and what is none of ours is no place."""

from __future__ import annotations

import datetime as dt
from urllib.parse import quote

import pytest

from aspa.kit.keyset import number_of, page, place_at, place_of
from aspa.kit.tasks.models import Job

HELSINKI = dt.timezone(dt.timedelta(hours=2))


@pytest.mark.django_db
@pytest.mark.parametrize("by", ["due_at", "-due_at", "attempts", "-attempts"])
def test_a_page_begins_where_the_one_before_ended_whatever_went_meanwhile(by: str) -> None:
    """Equal rows are on both sides of each end."""
    at = dt.datetime(2026, 11, 22, 17, 3, 4, 56, tzinfo=HELSINKI)
    for number in range(7):
        Job.objects.create(name="x", args={}, due_at=at + dt.timedelta(hours=number // 2), attempts=number // 2)
    in_order: list[Job] = list(Job.objects.order_by(by, "-pk" if by.startswith("-") else "pk"))
    first, after = page(Job.objects.all(), by, after="", most=3)
    first[0].delete()
    second, after = page(Job.objects.all(), by, after=after, most=3)
    last, end = page(Job.objects.all(), by, after=after, most=3)
    assert [[job.pk for job in shown] for shown in (second, last)] == [
        [job.pk for job in in_order[3:6]],
        [in_order[6].pk],
    ]
    assert (end, page(Job.objects.all(), by, after="nowhere", most=9)) == ("", (in_order[1:], ""))


def test_there_and_back() -> None:
    at = dt.datetime(2026, 11, 22, 17, 3, 4, 56, tzinfo=HELSINKI)
    assert place_of(place_at(at, 7)) == (at, 7)
    assert number_of(place_at(12, 7)) == (12, 7)
    # Programs copy it into an address as it is.
    assert quote(place_at(at, 7), safe=":,") == place_at(at, 7)


@pytest.mark.parametrize(
    "after",
    [
        "",
        "x",
        ",",
        "9,",
        "²,1",
        "2026-13-01T00:00:00Z,1",
        "2026-01-01T00:00:00,1",
        "1,9" * 20,
        "9999-12-31T23:59:59-01:00,1",
        "0001-01-01T00:00:00+01:00,1",
    ],
)
def test_what_is_none_of_ours(after: str) -> None:
    assert place_of(after) == number_of(after) == (None, 0)
