"""That there is identification data, for the few who may see it; what it says is asked for apart, and written down."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from aspa.core.people.models import Role
from aspa.service.timeline.held import held
from aspa.service.verification import facts
from aspa.service.verification.models import Fact
from aspa.web.customers.panel import Section

if TYPE_CHECKING:
    from aspa.core.conversations.models import Conversation
    from aspa.core.people.models import Agent, Contact


def identification_data(agent: Agent, contact: Contact, conversation: Conversation | None) -> dict[str, Any] | None:
    known = set(facts.known_keys(contact.pk)) if held(contact, [Fact]) else set()
    if conversation is not None and not known:
        return None  # On the customer's page there is the way to write some down.
    return {"known": [key.label for key in Fact.Key if key in known]}


section = Section(
    key="kyc",
    order=11,
    title=_("Identification data"),
    template="customers/sections/identification_data.html",
    context=identification_data,
    permission=Role.Permission.KYC,
    looked_into=(Fact,),
)
