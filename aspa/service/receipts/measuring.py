"""How soon first answers really come: measured from the journal, told in receipts where no service level says more."""

from __future__ import annotations

import datetime as dt
import math
import time
from typing import TYPE_CHECKING

from django.db.models import Exists, Min, OuterRef

from aspa.core.conversations.models import Event, Message
from aspa.kit import clock
from aspa.service.hours import calendars
from aspa.service.receipts.models import FirstReply

if TYPE_CHECKING:
    from aspa.core.conversations.events import Stretch
    from aspa.core.inboxes.models import Inbox

# An inbox keeps so many; of fewer than the least nothing is concluded.
KEPT, LEAST = 100, 10
# What was long ago says little of now.
OLDEST = dt.timedelta(days=90)
# So many of ten were answered within the time that is told.
SHARE = 0.9
REMEMBERED_SECONDS = 60.0

# By inbox: until when it is remembered.
_known: dict[int, tuple[float, dt.timedelta | None]] = {}


def measure(stretch: Stretch) -> None:
    """A journal subscriber: notes the first answer of each conversation."""
    replied = {event.message_id for event in stretch.of(Event.Kind.REPLIED) if event.message_id}
    if not replied:
        return
    kinds = (Message.Kind.REPLY, Message.Kind.INCOMING)
    earlier = Message.objects.filter(conversation=OuterRef("conversation"), pk__lt=OuterRef("pk"), kind=kinds[0])
    earlier = earlier.exclude(code=Message.BOT)
    firsts = Message.objects.filter(~Exists(earlier), pk__in=replied, kind=kinds[0])
    found = list(firsts.select_related("conversation__inbox__brand").order_by("pk"))
    asked = _asked({reply.conversation_id for reply in found})
    measured = [_measured(reply, asked[reply.conversation_id]) for reply in found if reply.conversation_id in asked]
    FirstReply.objects.bulk_create(measured, ignore_conflicts=True)
    for inbox_id in {one.inbox_id for one in measured}:
        _trim(inbox_id)


def usual(inbox: Inbox) -> dt.timedelta | None:
    """The open time within which nine of ten first answers have come; None while too few are known."""
    until, remembered = _known.get(inbox.pk, (0.0, None))
    if until >= time.monotonic():
        return remembered
    if len(_known) > 1_000:
        _known.clear()
    _known[inbox.pk] = (time.monotonic() + REMEMBERED_SECONDS, _read(inbox))
    return _known[inbox.pk][1]


def forget() -> None:
    """Read it anew the next time."""
    _known.clear()


def _asked(conversation_ids: set[int]) -> dict[int, dt.datetime]:
    """When the customer first asked us, by conversation; those that we began aren't there.

    Where a bot talked first: when it handed over.
    """
    among = Message.objects.filter(conversation__in=conversation_ids).order_by()
    asked = among.filter(kind=Message.Kind.INCOMING).values_list("conversation").annotate(Min("created_at"))
    handed_over = among.filter(code="handed_over").values_list("conversation").annotate(Min("created_at"))
    return dict(asked) | dict(handed_over)


def _measured(reply: Message, asked: dt.datetime) -> FirstReply:
    conversation = reply.conversation
    took = calendars.schedule_of(conversation.inbox).open_between(asked, reply.created_at)
    return FirstReply(
        conversation=conversation,
        inbox=conversation.inbox,
        open_seconds=max(0, round(took.total_seconds())),
        replied_at=reply.created_at,
    )


def _trim(inbox_id: int) -> None:
    mine = FirstReply.objects.filter(inbox=inbox_id)
    newest = mine.order_by("-replied_at").values_list("replied_at", flat=True)
    oldest_kept = newest[KEPT - 1 : KEPT].first()
    if oldest_kept is not None:
        mine.filter(replied_at__lt=oldest_kept).delete()


def _read(inbox: Inbox) -> dt.timedelta | None:
    mine = FirstReply.objects.filter(inbox=inbox, replied_at__gte=clock.now() - OLDEST).order_by("-replied_at")
    took = sorted(mine.values_list("open_seconds", flat=True)[:KEPT])
    return dt.timedelta(seconds=took[math.ceil(len(took) * SHARE) - 1]) if len(took) >= LEAST else None
