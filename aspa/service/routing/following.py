"""The queue follows the journal: who waits, who was given to somebody, who was answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aspa.core.conversations.models import Event, Message
from aspa.kit import clock
from aspa.service.routing import queue
from aspa.service.routing.models import Waiting
from aspa.service.routing.rules import routed
from aspa.service.routing.tasks import attend

if TYPE_CHECKING:
    import datetime as dt

    from aspa.core.conversations.events import Stretch

Kind = Event.Kind
# What changes whether a conversation waits, for whom, or when it is its turn.
MATTER = (
    Kind.RECEIVED, Kind.REPLIED, Kind.ASSIGNED, Kind.TEAM_ASSIGNED, Kind.PRIORITISED, Kind.REASON_SET, Kind.SNOOZED,
    Kind.WOKEN, Kind.NOT_SOLVED, Kind.ENDED, Kind.REOPENED, Kind.SET_ASIDE, Kind.WAITING, Kind.MERGED, Kind.UNMERGED,
    Kind.SPLIT, Kind.ACTIVITY, Kind.OFFER_DECLINED, Kind.OFFER_EXPIRED,
    Kind.BOT_ANSWERED, Kind.HANDED_OVER,
)  # fmt: skip
# Where there is room again, or somebody new waits.
ROOM = (Kind.REPLIED, Kind.SNOOZED, Kind.ENDED, Kind.SET_ASIDE, Kind.WAITING, Kind.MERGED, Kind.ASSIGNED)


def follow(stretch: Stretch) -> None:
    """Subscriber. Costs one query while no inbox is routed."""
    inboxes = routed()
    if not inboxes:
        return
    events = [event for event in stretch.of(*MATTER) if event.inbox_id in inboxes]
    answers = {event.message_id for event in events if event.kind == Kind.REPLIED}
    changed = queue.renew({event.conversation_id for event in events}, _answered(answers))
    queued = Waiting.objects.filter(given_at__isnull=True)
    if (changed or any(event.kind in ROOM for event in events)) and queued.exists():
        attend.enqueue()
    for inbox, entered_at in queued.filter(pk__in=changed, known__isnull=False).values_list("inbox", "entered_at"):
        until = entered_at + inboxes[inbox].manner.known_for
        if until > clock.now():
            attend.enqueue_at(until)


def _answered(message_ids: set[int | None]) -> dict[int, dt.datetime]:
    """When each conversation got its first answer of these."""
    found = Message.objects.filter(pk__in=message_ids).order_by("-pk")
    return dict(found.values_list("conversation", "created_at"))
