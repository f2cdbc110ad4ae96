"""How conversations ended: counted day by day as the journal tells it, never by looking through conversations."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import F

from aspa.core.conversations.models import Conversation, Event
from aspa.core.inboxes.models import Inbox
from aspa.core.people.models import Agent
from aspa.service.closing.models import EndedDay, ExceptionalEnding

if TYPE_CHECKING:
    from collections.abc import Collection

    from aspa.core.conversations.events import Entry, Stretch

Kind, How = Event.Kind, Conversation.ClosedHow


class Key(NamedTuple):
    """What is counted together; the fields of `EndedDay`."""

    inbox_id: int
    date: dt.date
    how: str
    agent_id: int | None


def count(stretch: Stretch) -> None:
    """Subscriber. Its counts are committed with its place, so they count once; from the beginning it counts anew."""
    if max(stretch.after) == 0:
        EndedDay.objects.all().delete()
    endings = [(event, how) for event in stretch.of(Kind.ENDED, Kind.SET_ASIDE, Kind.MERGED) if (how := _how(event))]
    if not endings:
        return
    days = _days([event for event, _how in endings])
    # Who has left Aspa is nobody any more.
    agents = set(Agent.objects.filter(pk__in={event.agent_id for event, _how in endings}).values_list("pk", flat=True))
    for key, more in Counter(
        Key(event.inbox_id, days[event.pk], how, event.agent_id if event.agent_id in agents else None)
        for event, how in endings
    ).items():
        if not EndedDay.objects.filter(**key._asdict()).update(count=F("count") + more):
            EndedDay.objects.create(**key._asdict(), count=more)
    ExceptionalEnding.objects.bulk_create(
        [
            ExceptionalEnding(event_id=event.pk, inbox_id=event.inbox_id)
            for event, how in endings
            if how != How.CUSTOMER
        ],
        ignore_conflicts=True,
    )


def _how(event: Entry) -> str:
    """One of `ClosedHow`; empty when nothing ended, as for the conversation that another was merged into."""
    if event.kind == Kind.MERGED:
        return How.MERGED.value if "before" in event.data else ""
    return str(event.data.get("how", ""))


def _days(events: Collection[Entry]) -> dict[int, dt.date]:
    """The local day of each event, by the clock of its inbox's brand."""
    zones = dict(Inbox.objects.filter(pk__in={event.inbox_id for event in events}).values_list("pk", "brand__timezone"))
    told = Event.objects.filter(pk__in=[event.pk for event in events]).values_list("pk", "inbox_id", "created_at")
    return {pk: at.astimezone(ZoneInfo(zones[inbox])).date() for pk, inbox, at in told}
