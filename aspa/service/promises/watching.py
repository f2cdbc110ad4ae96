"""Who sees which promises, and who is told before one breaks."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.db import connection

from aspa.core.conversations import access
from aspa.core.conversations.rows import select
from aspa.core.people.models import Agent, Role
from aspa.kit import clock
from aspa.service.promises import promising
from aspa.service.promises.models import LIVE, Promise
from aspa.service.routing.present import present

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aspa.core.conversations.models import Conversation

logger = logging.getLogger(__name__)

# Nobody has more at a time; the first ones are what counts.
MOST = 100
MOST_TOLD = 50


# In plain SQL, as every page of the desk asks it. The index of live promises comes first: there are few.
ON_AGENT = """
    SELECT promise.conversation_id FROM promises_promise AS promise
    JOIN conversations_conversation AS conversation ON conversation.id = promise.conversation_id
    LEFT JOIN people_agent AS owner ON owner.id = promise.agent_id
    WHERE promise.state IN (%s, %s) {reachable} AND (
        promise.agent_id = %s
        OR (owner.id IS NULL OR NOT owner.is_active OR (promise.warned_at IS NOT NULL AND {away}))
        AND (conversation.team_id IS NULL
            OR conversation.team_id IN (SELECT team_id FROM people_team_members WHERE agent_id = %s))
    )
    ORDER BY promise.due_at, promise.id LIMIT %s
"""


def of(conversation: Conversation) -> list[Promise]:
    """What is promised in the conversation and not done, the most urgent first."""
    live = "t.conversation_id = %s AND t.state IN (%s, %s) ORDER BY t.due_at, t.id LIMIT %s"
    return select(Promise, live, [conversation.pk, *LIVE, MOST], related=("agent",), without=("agent.password",))


def on_agent(agent: Agent) -> list[int]:
    """The conversations in which something is the agent's to keep, once for each promise, the most urgent first.

    It is what they promised, and what a colleague who isn't there leaves to the team or, in a conversation without a
    team, to everybody who answers in its inbox.
    """
    inboxes = access.reach(agent).inbox_ids(Role.Permission.REPLY)
    if inboxes is not None and not inboxes:
        return []
    here = _present()
    statement = ON_AGENT.format(
        reachable="" if inboxes is None else f"AND conversation.inbox_id IN ({_marks(inboxes)})",
        away=f"owner.id NOT IN ({_marks(here)})" if here else "TRUE",
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [*LIVE, *(inboxes or ()), agent.pk, *here, agent.pk, MOST])
        return [conversation for (conversation,) in cursor.fetchall()]


def watch(limit: int = 200) -> None:
    """Tell of promises that come near and of those that have been broken. Run every minute."""
    now, opened = clock.now(), Promise.State.OPEN
    promises = Promise.objects.select_related("conversation__inbox", "conversation__team", "agent").order_by("due_at")
    broken = promises.filter(state=opened, due_at__lte=now)
    near = promises.filter(state=opened, due_at__gt=now, warn_at__lte=now, warned_at=None)
    for found, tell in ((broken, promising.break_if_due), (near, promising.warn_if_due)):
        for promise in found[:limit]:
            try:
                tell(promise, told=_told(promise))
            except Exception:  # one promise must not hold up the others
                logger.exception("Promise %s could not be told of", promise.pk)


def _told(promise: Promise) -> list[int]:
    """Its owner; the team as well when the owner isn't there."""
    owner = promise.agent if promise.agent and promise.agent.is_active else None
    if owner is not None and owner.pk in _present():
        return [owner.pk]
    conversation = promise.conversation
    able = access.agents_of([conversation.inbox_id], Role.Permission.REPLY)
    team = conversation.team_id or conversation.inbox.team_id
    if team is not None:
        able = able.filter(teams=team)
    told = set(able.values_list("pk", flat=True)[:MOST_TOLD])
    return sorted(told | ({owner.pk} if owner is not None else set()))


def _present() -> list[int]:
    return [who["id"] for who in present()]


def _marks(values: Sequence[int]) -> str:
    return ",".join(["%s"] * len(values))
