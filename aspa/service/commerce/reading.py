"""What is known of a customer's purchases. Whoever asks has made sure that the contact may be seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404

from aspa.core.conversations import access
from aspa.kit.ids import ROW_IDS
from aspa.service.commerce.models import Booking, Cart, Loyalty, Order, Subscription

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from aspa.core.people.models import Agent, Contact


def orders_of(contact: Contact, count: int) -> QuerySet[Order]:
    """The newest first, each with its source."""
    return _with_source(Order.known().filter(contact=contact)).order_by("-placed_at", "-pk")[:count]


def order_for(agent: Agent, order_id: int) -> Order:
    """One order with its contact and source. Raises Http404 when the agent can't see its customer."""
    order = _with_source(Order.known()).filter(pk=order_id).first() if order_id in ROW_IDS else None
    if order is None or order.contact_id is None:
        raise Http404("No such order.")
    order.contact = access.contact_for(agent, order.contact_id)
    return order


def carts_of(contact: Contact, count: int) -> QuerySet[Cart]:
    return _with_source(Cart.known().filter(contact=contact)).order_by("-updated_at", "-pk")[:count]


def newest_cart(contact: Contact) -> Cart | None:
    """The one that the customer may yet go on with: open or left behind, and with something in it."""
    going_on = (Cart.State.OPEN, Cart.State.ABANDONED)
    found = Cart.known().filter(contact=contact, state__in=going_on, item_count__gt=0)
    return _with_source(found).order_by("-updated_at", "-pk").first()


def subscriptions_of(contact: Contact, count: int) -> QuerySet[Subscription]:
    return _with_source(Subscription.known().filter(contact=contact)).order_by("-started_at", "-pk")[:count]


def bookings_of(contact: Contact, count: int) -> QuerySet[Booking]:
    return _with_source(Booking.known().filter(contact=contact)).order_by("-starts_at", "-pk")[:count]


def loyalty_of(contact: Contact, count: int = 5) -> QuerySet[Loyalty]:
    return _with_source(Loyalty.known().filter(contact=contact)).order_by("-updated_at", "-pk")[:count]


def _with_source(rows: QuerySet) -> QuerySet:
    # Secrets are decrypted as they are read.
    return rows.select_related("source").defer("source__settings")
