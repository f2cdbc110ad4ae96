"""The duty follows what happens: customers write, colleagues take and answer, minutes pass."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from aspa.core.conversations.changing import changing
from aspa.core.conversations.events import Cursor
from aspa.core.conversations.models import Event
from aspa.kit import clock
from aspa.service.duty import accepting, calling, escalating, rotas
from aspa.service.duty.models import Call
from aspa.service.staffing import watching

if TYPE_CHECKING:
    from aspa.core.conversations.events import Stretch

logger = logging.getLogger(__name__)

Kind = Event.Kind
# Looked through together, in one transaction; on SQLite customers' messages wait that long.
AT_ONCE = 100


def follow(stretch: Stretch) -> Cursor | None:
    """A journal subscriber. Costs two or three queries while there are no rotas."""
    events = stretch.of(Kind.RECEIVED, Kind.ASSIGNED, Kind.REPLIED)
    among = list(rotas.rotas()) if events else []
    taken = events[:AT_ONCE] if among else events
    calling.call_for([event for event in taken if event.kind == Kind.RECEIVED], among)
    accepting.accept_by_deed([event for event in taken if event.kind != Kind.RECEIVED])
    return Cursor(taken[-1].tx, taken[-1].pk) if len(taken) < len(events) else None


def watch(limit: int = 500) -> None:
    """Go on with the calls whose time has come. Run every minute; running twice changes nothing more."""
    rotas.remember()
    # In the order of the index of those alone: there is one for each conversation.
    for call in Call.objects.filter(settled_at=None).select_related("conversation").order_by("conversation_id")[:limit]:
        try:
            _look_at(call)
        except Exception:  # one call must not hold up the others
            logger.exception("Call %s could not be looked at", call.pk)


def _look_at(call: Call) -> None:
    with changing(call.conversation) as conversation:
        current = Call.objects.select_related("rota").get(pk=call.pk)
        if not current.is_live or accepting.settle_if_over(current, conversation):
            return
        if current.state == Call.State.WAITING:
            if calling.is_due(current, conversation):
                escalating.climb(current, conversation)
            elif watching.is_staffed(conversation.inbox):
                accepting.settle(current)
        elif current.due_at is not None and current.due_at <= clock.now():
            escalating.climb(current, conversation)
