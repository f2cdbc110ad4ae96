"""Who could be the same person, and what has been merged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from aspa.core.conversations.rows import select
from aspa.core.people.models import Role
from aspa.service.merging import suggesting
from aspa.service.merging.models import Merge
from aspa.service.timeline import rights
from aspa.service.verification.models import Identification
from aspa.web.customers.panel import Section

if TYPE_CHECKING:
    from aspa.core.conversations.models import Conversation
    from aspa.core.people.models import Agent, Contact

MOST = 5


def duplicates(agent: Agent, contact: Contact, conversation: Conversation | None) -> dict[str, Any] | None:
    if contact.erased_at is not None:
        return None
    may_merge = rights.may(agent, contact, Role.Permission.REPLY)
    standing = "t.target_id = %s AND t.undone_at IS NULL ORDER BY t.id DESC LIMIT %s"
    merges = select(Merge, standing, [contact.pk, MOST], related=("source", "by"))
    found = {
        "suggestions": suggesting.suggestions(contact) if contact.merged_into_id is None else [],
        "merges": [(one, may_undo(agent, one)) for one in merges],
        "into": contact.merged_into,
    }
    # On the page a merge can be begun with anybody; beside a conversation only what needs a look is shown.
    begins = conversation is None and contact.merged_into_id is None and may_merge
    return {**found, "may_merge": may_merge, "begins": begins} if begins or any(found.values()) else None


def may_undo(agent: Agent, made: Merge) -> bool:
    """Whoever merged them, or a supervisor."""
    return made.by_id == agent.pk or rights.may(agent, made.target, Role.Permission.MODERATE)


section = Section(
    key="duplicates",
    order=95,
    title=_("Same person?"),
    template="customers/sections/duplicates.html",
    context=duplicates,
    looked_into=(Identification,),
)
