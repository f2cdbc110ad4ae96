"""What an agent may do with a customer: it follows from the inboxes of the customer's brand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied

from aspa.core.conversations import access
from aspa.core.inboxes.models import Inbox
from aspa.core.people.models import Role

if TYPE_CHECKING:
    from aspa.core.people.models import Agent, Contact


def may(agent: Agent, contact: Contact, permission: str) -> bool:
    """Has the agent the permission in some inbox of the contact's brand?"""
    reach = access.reach(agent)
    if reach.may(permission):
        return True
    ids = reach.inbox_ids(permission)
    return bool(ids) and contact.brand_id in _brands(agent, permission, ids or [])


def contact_for(agent: Agent, contact_id: int, *, may: str = Role.Permission.READ) -> Contact:
    """As `access.contact_for`; raises PermissionDenied for whoever may see the customer but not do this."""
    contact = access.contact_for(agent, contact_id)
    if may != Role.Permission.READ and not _may(agent, contact, may):
        raise PermissionDenied
    return contact


_may = may


def _brands(agent: Agent, permission: str, inbox_ids: list[int]) -> set[int]:
    """Of the inboxes in which the agent has it; read once for a request."""
    known: dict[str, set[int]] = agent.__dict__.setdefault("_brands_by_permission", {})
    if permission not in known:
        known[permission] = set(Inbox.objects.filter(pk__in=inbox_ids).values_list("brand_id", flat=True))
    return known[permission]
