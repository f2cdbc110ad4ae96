"""Who sees which promises, and who is told before one breaks."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.db.models import Q

from aspa.core.conversations import access
from aspa.core.people.models import Agent, Role
from aspa.kit import clock
from aspa.service.promises import promising
from aspa.service.promises.models import LIVE, Promise
from aspa.service.routing.present import present

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from aspa.core.conversations.models import Conversation

logger = logging.getLogger(__name__)

# Nobody has more at a time; the first ones are what counts.
MOST = 100
MOST_TOLD = 50


def of(conversation: Conversation) -> list[Promise]:
    """What is promised in the conversation and not done, the most urgent first."""
    found = Promise.objects.filter(conversation=conversation, state__in=LIVE).select_related("agent")
    return list(found.order_by("due_at", "pk")[:MOST])


def on_agent(agent: Agent) -> QuerySet[Promise]:
    """What is the agent's to keep, the most urgent first: their own, and what a colleague who isn't there leaves to the
    team or, in a conversation without a team, to everybody who answers in its inbox."""
    inboxes = access.reach(agent).inbox_ids(Role.Permission.REPLY)
    reachable = Q() if inboxes is None else Q(conversation__inbox__in=inboxes)
    left = Q(agent=None) | Q(agent__is_active=False) | (Q(warned_at__isnull=False) & ~Q(agent__in=_present()))
    ours = Q(conversation__team__in=agent.teams.all()) | Q(conversation__team=None)
    return Promise.objects.filter(reachable & (Q(agent=agent) | (left & ours)), state__in=LIVE).order_by("due_at", "pk")


def count(agent: Agent) -> int:
    return on_agent(agent)[:MOST].count()


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
