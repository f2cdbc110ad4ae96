"""Card and identity numbers that the customer wrote, taken out of the conversation; for those who see to privacy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aspa.core.conversations.access import reach
from aspa.core.people.models import Role
from aspa.web.customers.panel import PANEL, Section

if TYPE_CHECKING:
    from aspa.core.conversations.models import Conversation
    from aspa.core.people.models import Agent, Contact


def may_redact(agent: Agent, contact: Contact, conversation: Conversation | None) -> dict[str, Any] | None:
    if conversation is None or contact.erased_at is not None:
        return None
    return {} if reach(agent).may(Role.Permission.PRIVACY, conversation.inbox_id) else None


section = Section(
    key="redaction",
    order=94,
    title="",
    template="customers/sections/redaction.html",
    context=may_redact,
    permission=Role.Permission.PRIVACY,
    places=frozenset({PANEL}),
)
