"""What an agent has to answer next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from aspa.core.conversations import access
from aspa.service.sla.models import Countdown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aspa.core.people.models import Agent

# Nobody does more at a time; the first ones are what counts.
MOST = 100


def next_for(agent: Agent, only: Sequence[int] | None = None) -> list[int]:
    """The conversations that are the agent's or nobody's and have something due, what is due first before the others.

    `only` asks which of these are among them.
    """
    inboxes = access.reach(agent).inbox_ids()
    running = Countdown.objects.filter(Q(conversation__assignee=agent) | Q(conversation__assignee=None))
    running = running.filter(met_at__isnull=True, due_at__isnull=False)
    if inboxes is not None:
        running = running.filter(conversation__inbox__in=inboxes)
    if only is not None:
        running = running.filter(conversation__in=only)
    # Each has three at most.
    found = running.order_by("due_at", "conversation").values_list("conversation_id", flat=True)[: 3 * MOST]
    return list(dict.fromkeys(found))[:MOST]
