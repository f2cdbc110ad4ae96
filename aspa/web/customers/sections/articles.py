"""Articles that fit the conversation: looked for by a request of their own, so that nothing else waits for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aspa.core.people.models import Role
from aspa.web.customers.panel import PANEL, Section

if TYPE_CHECKING:
    from aspa.core.conversations.models import Conversation
    from aspa.core.people.models import Agent, Contact


def articles(agent: Agent, contact: Contact, conversation: Conversation | None) -> dict[str, Any] | None:
    return {} if conversation is not None else None


section = Section(
    key="articles",
    order=36,
    title="",
    template="customers/sections/articles.html",
    context=articles,
    permission=Role.Permission.REPLY,
    places=frozenset({PANEL}),
)
