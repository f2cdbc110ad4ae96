"""Conditions of days come true, and stop being true, by themselves: only who can have changed is looked at anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from aspa.core.people import changes
from aspa.kit import clock
from aspa.service.segments import conditions
from aspa.service.segments.fields import fields
from aspa.service.segments.matching import of_days
from aspa.service.segments.models import Edition
from aspa.service.segments.renewing import live

if TYPE_CHECKING:
    import datetime as dt

    from aspa.service.segments.fields.kinds import Last

AT_ONCE = 2000


def sweep() -> None:
    """Note those for whom a number of days has passed since the last sweep. Each condition reads one stretch of an index."""
    now = clock.now()
    for edition in live():
        rule = conditions.read(edition.rule)
        for field, ago in of_days(rule, fields.of(edition.segment.brand_id)):
            _touch(field, ago, edition.swept_at, now)
        Edition.objects.filter(pk=edition.pk).update(swept_at=now)


def _touch(field: Last, ago: dt.timedelta, after: dt.datetime, until: dt.datetime) -> None:
    """Safe to be broken off: the same stretch is read again."""
    ids = [pk for pk in field.turned(ago, after, until) if pk is not None]
    for start in range(0, len(ids), AT_ONCE):
        with transaction.atomic():
            changes.touch(ids[start : start + AT_ONCE])
