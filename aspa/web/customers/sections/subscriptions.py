"""What the customer has subscribed to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from aspa.service.commerce import money, reading
from aspa.service.commerce.models import Subscription
from aspa.web.customers.panel import Section

if TYPE_CHECKING:
    from aspa.core.conversations.models import Conversation
    from aspa.core.people.models import Agent, Contact

SHOWN = 3


def subscriptions(agent: Agent, contact: Contact, conversation: Conversation | None) -> dict[str, Any] | None:
    found = [(one, money.shown(one.price, one.currency)) for one in reading.subscriptions_of(contact, SHOWN)]
    return {"subscriptions": found} if found else None


section = Section(
    key="subscriptions",
    order=32,
    title=_("Subscriptions"),
    template="customers/sections/subscriptions.html",
    context=subscriptions,
    models=(Subscription,),
)
