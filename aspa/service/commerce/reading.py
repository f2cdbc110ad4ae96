"""What is known of a customer's purchases. Whoever asks has made sure that the contact may be seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404

from aspa.kit.ids import ROW_IDS
from aspa.service.commerce.models import Booking, Loyalty, Order, Subscription

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from aspa.core.people.models import Contact


def orders_of(contact: Contact, count: int) -> QuerySet[Order]:
    """The newest first, each with its source."""
    return _with_source(Order.known().filter(contact=contact)).order_by("-placed_at", "-pk")[:count]


def order_of(contact: Contact, order_id: int) -> Order:
    """One order of the contact's, with its source. Raises Http404 when they have no such order."""
    found = Order.known().filter(contact=contact, pk=order_id) if order_id in ROW_IDS else Order.objects.none()
    order = _with_source(found).first()
    if order is None:
        raise Http404("No such order.")
    order.contact = contact
    return order


def subscriptions_of(contact: Contact, count: int) -> QuerySet[Subscription]:
    return _with_source(Subscription.known().filter(contact=contact)).order_by("-started_at", "-pk")[:count]


def bookings_of(contact: Contact, count: int) -> QuerySet[Booking]:
    return _with_source(Booking.known().filter(contact=contact)).order_by("-starts_at", "-pk")[:count]


def loyalty_of(contact: Contact, count: int = 5) -> QuerySet[Loyalty]:
    return _with_source(Loyalty.known().filter(contact=contact)).order_by("-updated_at", "-pk")[:count]


def _with_source(rows: QuerySet) -> QuerySet:
    # Secrets are decrypted as they are read.
    return rows.select_related("source").defer("source__settings")
