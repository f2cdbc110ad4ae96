"""The cart that the customer has left behind, and what came of offering it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from aspa.core.people.models import Role
from aspa.service.carts import offering
from aspa.service.carts.models import CartOffer
from aspa.service.commerce import money
from aspa.service.commerce.models import Cart
from aspa.service.timeline import rights
from aspa.web.customers.panel import Section

if TYPE_CHECKING:
    from aspa.core.conversations.models import Conversation
    from aspa.core.people.models import Agent, Contact

NAMED = 6


def cart(agent: Agent, contact: Contact, conversation: Conversation | None) -> dict[str, Any] | None:
    """The newest one that is still open, or else what became of the one that was offered in this conversation."""
    open_ones = Cart.known().filter(contact=contact).exclude(state=Cart.State.ORDERED)
    found = open_ones.order_by("-updated_at", "-pk").first()
    if found is not None and found.items:
        offer = CartOffer.objects.filter(cart=found).select_related("order").first()
    else:
        found, offer = None, None
        if conversation is not None:
            theirs = CartOffer.objects.filter(conversation=conversation).select_related("order")
            offer = theirs.order_by("-pk").first()
    if found is None and offer is None:
        return None
    items, value, currency = _shown(found or offer)
    return {
        "cart": found,
        "offer": offer,
        "is_left": found is not None and found.state == Cart.State.ABANDONED,
        "items": [_line(item, currency) for item in items[:NAMED]],
        "more": max(0, len(items) - NAMED),
        "value": money.shown(value, currency),
        "bought": money.shown(offer.order.total, offer.order.currency) if offer and offer.order else "",
        # It comes from outside: anything but a web page could be a trap.
        "resume_url": found.resume_url if found and found.resume_url.startswith(("https://", "http://")) else "",
        **(_button(agent, contact, conversation) if found and offer is None and conversation else {}),
    }


def _shown(shown: Cart | CartOffer | None) -> tuple[list[dict[str, Any]], int, str]:
    assert shown is not None
    return shown.items, shown.value, shown.currency


def _line(item: dict[str, Any], currency: str) -> dict[str, Any]:
    return {
        "quantity": f"{float(item['quantity']):g}",
        "name": item["name"],
        "total": money.shown(item["total"], currency),
    }


def _button(agent: Agent, contact: Contact, conversation: Conversation) -> dict[str, Any]:
    """The way to offer it by hand: there for whoever may answer, and open only once the matter is solved."""
    if not rights.may(agent, contact, Role.Permission.REPLY):
        return {}
    why_not = offering.refusal(conversation)
    if not why_not and offering.cart_of(conversation) is None:
        return {}
    return {"may_offer": True, "why_not": why_not}


section = Section(
    key="cart",
    order=20,
    title=_("Cart"),
    template="customers/sections/cart.html",
    context=cart,
    models=(Cart, CartOffer),
)
