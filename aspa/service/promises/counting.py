"""What becomes of promises: counted by team and day as the journal tells it."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.db.models import F

from aspa.core.conversations.models import Event
from aspa.service.promises.models import PromiseDay

if TYPE_CHECKING:
    from collections.abc import Collection

    from aspa.core.conversations.events import Entry, Stretch

Kind = Event.Kind
COUNTED: dict[str, str] = {
    Kind.PROMISED: "made",
    Kind.PROMISE_KEPT: "kept",
    Kind.PROMISE_BROKEN: "broken",
    Kind.PROMISE_MOVED: "moved",
    Kind.PROMISE_WITHDRAWN: "withdrawn",
}


def count(stretch: Stretch) -> None:
    """Subscriber. Its counts are committed with its place, so they count once; from the beginning it counts anew.

    What the customer no longer waits for, having ended the conversation, was neither kept nor withdrawn.
    """
    if max(stretch.after) == 0:
        PromiseDay.objects.all().delete()
    events = [event for event in stretch.of(*COUNTED) if not event.data.get("ended")]
    if not events:
        return
    places = _places(events)
    counts: defaultdict[tuple[int | None, dt.date], Counter[str]] = defaultdict(Counter)
    for event in events:
        is_late = event.kind == Kind.PROMISE_KEPT and event.data.get("late")
        counts[places[event.pk]]["kept_late" if is_late else COUNTED[event.kind]] += 1
    for (team, date), more in counts.items():
        day = PromiseDay.objects.filter(team=team, date=date).first()
        day = day or PromiseDay.objects.create(team_id=team, date=date)
        PromiseDay.objects.filter(pk=day.pk).update(**{name: F(name) + many for name, many in more.items()})


def _places(events: Collection[Entry]) -> dict[int, tuple[int | None, dt.date]]:
    """Whose each event is, the conversation's team or else the inbox's, and its local day."""
    told = Event.objects.filter(pk__in=[event.pk for event in events]).values_list(
        "pk", "conversation__team", "inbox__team", "inbox__brand__timezone", "created_at"
    )
    return {
        pk: (team or of_inbox, at.astimezone(ZoneInfo(timezone)).date()) for pk, team, of_inbox, timezone, at in told
    }
