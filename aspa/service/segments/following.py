"""Segments follow the journal: whose conversations have changed is looked at anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aspa.core.conversations.models import Conversation, Event
from aspa.core.people import changes
from aspa.service.segments.models import Edition

if TYPE_CHECKING:
    from aspa.core.conversations.events import Stretch

Kind = Event.Kind
# What changes something that a field asks of conversations, or of the person who was recognised in one.
MATTER = (
    Kind.RECEIVED, Kind.REPLIED, Kind.NOTED, Kind.ACTIVITY, Kind.LABELLED, Kind.UNLABELLED, Kind.REASON_SET,
    Kind.SNOOZED, Kind.WOKEN, Kind.NOT_SOLVED, Kind.ENDED, Kind.REOPENED, Kind.SET_ASIDE, Kind.WAITING, Kind.MERGED,
    Kind.UNMERGED, Kind.SPLIT, Kind.IDENTIFIED, Kind.PROMISE_BROKEN, Kind.PROMISE_KEPT, Kind.PROMISE_WITHDRAWN,
    Kind.CONTACT_MERGED, Kind.CONTACT_UNMERGED,
)  # fmt: skip


def follow(stretch: Stretch) -> None:
    """Subscriber. Costs one query while no segment asks about conversations."""
    brands = _asking()
    if not brands:
        return
    ids = {event.conversation_id for event in stretch.of(*MATTER)}
    theirs = Conversation.objects.filter(pk__in=ids, brand__in=brands)
    changes.touch(theirs.values_list("contact", flat=True))


def _asking() -> set[int]:
    """The brands with a segment whose rule asks about conversations."""
    return set(Edition.objects.filter(is_over=False, asks_conversations=True).values_list("segment__brand", flat=True))
