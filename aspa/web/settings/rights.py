"""Nobody gives what they don't have, and nobody rules over somebody who may do more."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from aspa.core.conversations.access import reach
from aspa.core.inboxes.models import Grant
from aspa.core.people.models import Agent, Role


def may_give(giver: Agent, permissions: Iterable[str], inbox_id: int | None = None) -> bool:
    """May `giver` hand these on in that inbox (None: everywhere)?"""
    mine = reach(giver)
    return all(mine.may(permission, inbox_id) for permission in permissions)


def may_manage(manager: Agent, agent: Agent) -> bool:
    """May `manager` change this agent's address, password and rights? Whoever could would hold all the agent's power."""
    if manager.is_owner or manager.pk == agent.pk:
        return True
    if agent.is_owner:
        return False
    grants = Grant.objects.filter(agent=agent).select_related("role")
    return all(may_give(manager, grant.role.permissions, grant.inbox_id) for grant in grants)


def givable_roles(giver: Agent) -> list[Role]:
    """Roles that `giver` may hand on everywhere."""
    return [role for role in Role.objects.all() if may_give(giver, role.permissions)]


def other_owners(agent: Agent) -> QuerySet[Agent]:
    """Active owners besides this one; where there is none, this one has to stay."""
    return Agent.objects.filter(is_owner=True, is_active=True).exclude(pk=agent.pk)
