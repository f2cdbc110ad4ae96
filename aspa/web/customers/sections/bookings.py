"""When the customer comes, and came."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from aspa.service.commerce import reading
from aspa.service.commerce.models import Booking
from aspa.web.customers.panel import Section

if TYPE_CHECKING:
    from aspa.core.conversations.models import Conversation
    from aspa.core.people.models import Agent, Contact

SHOWN = 3


def bookings(agent: Agent, contact: Contact, conversation: Conversation | None) -> dict[str, Any] | None:
    found = list(reading.bookings_of(contact, SHOWN))
    return {"bookings": found} if found else None


section = Section(
    key="bookings",
    order=34,
    title=_("Bookings"),
    template="customers/sections/bookings.html",
    context=bookings,
    models=(Booking,),
)
