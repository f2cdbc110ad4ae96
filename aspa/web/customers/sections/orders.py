"""The newest orders: how far each has come, of what it is, and the way to the whole of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from aspa.service.commerce import reading
from aspa.service.commerce.models import Order
from aspa.web.customers.orders_shown import chip, words_of
from aspa.web.customers.panel import Section

if TYPE_CHECKING:
    from aspa.core.conversations.models import Conversation
    from aspa.core.people.models import Agent, Contact

SHOWN = 3


def orders(agent: Agent, contact: Contact, conversation: Conversation | None) -> dict[str, Any] | None:
    found = list(reading.orders_of(contact, SHOWN + 1).prefetch_related("lines"))
    if not found:
        return None
    return {
        "orders": [{**words_of(order), "chip": chip(order)} for order in found[:SHOWN]],
        "more": len(found) > SHOWN,
    }


section = Section(
    key="orders",
    order=30,
    title=_("Orders"),
    template="customers/sections/orders.html",
    context=orders,
    models=(Order,),
)
