"""Tells of targets that come near and of those that were missed: each once, and nobody of what has been dealt with."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.db import transaction

from aspa.core.conversations import access, events
from aspa.core.conversations.changing import changing
from aspa.core.conversations.models import Conversation, Event
from aspa.core.people.models import Agent, Role
from aspa.kit import clock
from aspa.service.routing.present import present
from aspa.service.sla import counting, following
from aspa.service.sla.models import Countdown, Standing

if TYPE_CHECKING:
    from aspa.service.sla.course import Course

logger = logging.getLogger(__name__)

MOST_TOLD = 50


def watch(limit: int = 200) -> None:
    """Tell what is to be told by now, the oldest first. Run every minute."""
    due = Countdown.objects.filter(next_at__lte=clock.now()).order_by("next_at")
    for conversation_id in dict.fromkeys(due.values_list("conversation_id", flat=True)[:limit]):
        try:
            _look_at(conversation_id)
        except Exception:  # one conversation must not hold up the others
            logger.exception("Targets of conversation %s could not be looked at", conversation_id)


def _look_at(conversation_id: int) -> None:
    with transaction.atomic():
        list(Standing.objects.select_for_update().filter(pk=conversation_id))
        with changing(Conversation(pk=conversation_id)) as conversation:
            # Somebody may have answered a moment ago.
            course = following.advance([conversation_id])[conversation_id]
            told = len(course.outcomes)
            for countdown in course.countdowns.values():
                if countdown.met_at is None and (kind := course.mark_told(countdown, clock.now())):
                    _record(conversation, course, countdown, Event.Kind(kind))
            counting.count(course.outcomes[told:], course.schedule.timezone)


def _record(conversation: Conversation, course: Course, countdown: Countdown, kind: Event.Kind) -> None:
    Countdown.objects.filter(conversation=conversation, kind=countdown.kind).update(
        warned_at=countdown.warned_at,
        breached_at=countdown.breached_at,
        told_at=countdown.told_at,
        next_at=countdown.next_at,
    )
    agents = to_warn(conversation) if kind == Event.Kind.SLA_WARNED else to_tell(conversation)
    above = escalated_to(countdown) if kind == Event.Kind.SLA_BREACHED else []
    assert countdown.due_at is not None
    events.record(
        conversation, kind, target=str(countdown.kind), due=countdown.due_at.isoformat(),
        policy=course.policy.name if course.policy else "", agents=agents, escalated=above,
    )  # fmt: skip


def to_warn(conversation: Conversation) -> list[int]:
    """Whose conversation it is; the team when that one isn't there, or when it is nobody's."""
    owner = conversation.assignee
    if owner is not None and owner.is_active and owner.pk in [who["id"] for who in present()]:
        return [owner.pk]
    return to_tell(conversation)


def to_tell(conversation: Conversation) -> list[int]:
    """Whose conversation it is, and the team; without a team, or with an empty one, everybody who may answer."""
    able = access.agents_of([conversation.inbox_id], Role.Permission.REPLY)
    team = conversation.team_id or conversation.inbox.team_id
    members = able.filter(teams=team) if team is not None else able.none()
    told = set(members.values_list("pk", flat=True)[:MOST_TOLD]) or set(able.values_list("pk", flat=True)[:MOST_TOLD])
    if conversation.assignee_id is not None:
        told |= set(able.filter(pk=conversation.assignee_id).values_list("pk", flat=True))
    return sorted(told)


def escalated_to(countdown: Countdown) -> list[int]:
    """Whom the policy has told of a breach, as far as they may read the conversation."""
    policy = countdown.policy
    able = access.agents_of([countdown.conversation.inbox_id])
    chosen: set[int] = set()
    if policy.escalate_agent_id is not None:
        chosen |= set(able.filter(pk=policy.escalate_agent_id).values_list("pk", flat=True))
    if policy.escalate_team_id is not None:
        members = Agent.objects.filter(teams=policy.escalate_team_id)
        chosen |= set(able.filter(pk__in=members.values("pk")).values_list("pk", flat=True)[:MOST_TOLD])
    return sorted(chosen)
