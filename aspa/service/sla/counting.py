"""The counters of the report: added to as things happen, so that nothing has to be gone through to read them."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.db.models import F

from aspa.service.sla.models import Pace, Tally

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aspa.service.sla.course import Outcome

MINUTE = dt.timedelta(minutes=1)


def count(outcomes: Iterable[Outcome], timezone: ZoneInfo) -> None:
    """Add them, in the transaction of what they come from."""
    tallies: Counter[tuple[int, str, dt.date, str]] = Counter()
    paces: Counter[tuple[int, dt.date, int]] = Counter()
    for outcome in outcomes:
        date = outcome.at.astimezone(timezone).date()
        tallies[outcome.policy_id, outcome.kind, date, "met"] += outcome.met
        tallies[outcome.policy_id, outcome.kind, date, "breached"] += outcome.breached
        paces[outcome.policy_id, date, rounded(outcome.took)] += outcome.replies
    for (policy, kind, date, name), more in sorted(tallies.items()):
        if more:
            tally, _created = Tally.objects.get_or_create(policy_id=policy, kind=kind, date=date)
            Tally.objects.filter(pk=tally.pk).update(**{name: F(name) + more})
    for (policy, date, minutes), more in sorted(paces.items()):
        if more:
            pace, _created = Pace.objects.get_or_create(policy_id=policy, date=date, minutes=minutes)
            Pace.objects.filter(pk=pace.pk).update(count=F("count") + more)


def rounded(took: dt.timedelta) -> int:
    """Minutes: exact in the first hour, then to 5, after ten hours to 30. So a day has few different ones."""
    minutes = int(took / MINUTE)
    step = 1 if minutes < 60 else 5 if minutes < 600 else 30
    return minutes // step * step
