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
    brands = _brands(agent, reach)
    return any(brands.get(inbox_id) == contact.brand_id for inbox_id in reach.inbox_ids(permission) or ())


def contact_for(agent: Agent, contact_id: int, *, may: str = Role.Permission.READ) -> Contact:
    """As `access.contact_for`; raises PermissionDenied for whoever may see the customer but not do this."""
    contact = access.contact_for(agent, contact_id)
    if may != Role.Permission.READ and not _may(agent, contact, may):
        raise PermissionDenied
    return contact


_may = may


def _brands(agent: Agent, reach: access.Reach) -> dict[int, int]:
    """The brand of each inbox in which the agent may do anything at all, remembered for the length of a request."""
    known: dict[int, int] | None = getattr(agent, "_brands_of_inboxes", None)
    if known is None:
        inboxes = Inbox.objects.filter(pk__in=reach.by_inbox).order_by()
        known = agent._brands_of_inboxes = dict(inboxes.values_list("pk", "brand_id"))  # type: ignore[attr-defined]
    return known
