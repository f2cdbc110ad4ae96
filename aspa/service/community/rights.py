"""Which agents speak for the brand in public."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aspa.core.conversations import access
from aspa.core.inboxes.models import Inbox
from aspa.core.people.models import Role
from aspa.service.moderation import rights

if TYPE_CHECKING:
    from aspa.core.people.models import Agent


def may_answer(agent: Agent, brand_id: int) -> bool:
    """Those who answer customers in some inbox of the brand, and those who moderate it."""
    ids = access.reach(agent).inbox_ids(Role.Permission.REPLY)
    if ids is None or rights.may(agent, brand_id):
        return True
    return Inbox.objects.filter(pk__in=ids, brand=brand_id).exists()
