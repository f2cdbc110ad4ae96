"""Where the customer stands in the shops' loyalty programmes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from aspa.service.commerce import reading
from aspa.service.commerce.models import Loyalty
from aspa.web.customers.panel import Section

if TYPE_CHECKING:
    from aspa.core.conversations.models import Conversation
    from aspa.core.people.models import Agent, Contact


def loyalty(agent: Agent, contact: Contact, conversation: Conversation | None) -> dict[str, Any] | None:
    found = list(reading.loyalty_of(contact))
    return {"programmes": found} if found else None


section = Section(
    key="loyalty",
    order=40,
    title=_("Loyalty programme"),
    template="customers/sections/loyalty.html",
    context=loyalty,
    models=(Loyalty,),
)
