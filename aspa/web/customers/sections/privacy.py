"""The customer's rights: a copy of everything, and erasure. For those who may see to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from aspa.core.people.models import Role
from aspa.kit import clock
from aspa.service.privacy.models import Copy, Erasure
from aspa.web.customers.panel import PAGE, Section

if TYPE_CHECKING:
    from aspa.core.conversations.models import Conversation
    from aspa.core.people.models import Agent, Contact

SHOWN = 3


def state(agent: Agent, contact: Contact, conversation: Conversation | None) -> dict[str, Any] | None:
    copies = list(Copy.objects.filter(contact=contact).select_related("agent").order_by("-pk")[:SHOWN])
    erasure = Erasure.objects.filter(contact=contact).select_related("agent").order_by("-pk").first()
    return {"copies": copies, "erasure": erasure, "now": clock.now()}


section = Section(
    key="privacy",
    order=92,
    title=_("The customer’s rights"),
    template="customers/sections/privacy.html",
    context=state,
    permission=Role.Permission.PRIVACY,
    places=frozenset({PAGE}),
)
