"""The moments of conversations that the timeline tells by themselves, gathered from the journal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aspa.core.conversations.models import Event
from aspa.service.timeline.models import Moment

if TYPE_CHECKING:
    from aspa.core.conversations.events import Stretch

Kind = Event.Kind
# How a matter went on after it had seemed over, or why it was set aside. How it ended stands at the conversation.
TURNS = (Kind.NOT_SOLVED, Kind.REOPENED, Kind.SET_ASIDE)


def follow(stretch: Stretch) -> None:
    """Subscriber. Costs nothing while nobody writes notes and no matter turns."""
    happened = [entry.pk for entry in stretch.of(Kind.NOTED, *TURNS)]
    if not happened:
        return
    # What is gone has nothing to tell.
    told = Event.objects.filter(pk__in=happened, message__isnull=False)
    Moment.objects.bulk_create(
        [
            Moment(event_id=event, contact_id=contact, message_id=message, kind=kind, at=at)
            for event, contact, message, kind, at in told.values_list(
                "pk", "conversation__contact", "message", "kind", "created_at"
            )
        ],
        ignore_conflicts=True,
    )
