"""Where an agent may decide what customers publish: in brands of which some inbox gives the permission."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aspa.core.conversations import access
from aspa.core.inboxes.models import Brand, Inbox
from aspa.core.people.models import Role

if TYPE_CHECKING:
    from aspa.core.people.models import Agent

PERMISSION = Role.Permission.COMMUNITY


def brands(agent: Agent) -> set[int]:
    ids = access.reach(agent).inbox_ids(PERMISSION)
    if ids is None:
        # A brand may have a help site before it has an inbox.
        return set(Brand.objects.order_by().values_list("pk", flat=True))
    return set(Inbox.objects.filter(pk__in=ids).order_by().values_list("brand_id", flat=True))


def may(agent: Agent, brand_id: int) -> bool:
    return brand_id in brands(agent)
