"""Orders of a customer in a chat, told only to who has proved to be theirs.

Either the shop vouches for the customer (its signed identity), or they know an order's number and have proved, by a code,
the address that the shop has of its customer. What somebody only claims leads to nothing, and nothing tells which part of
a wrong claim was wrong.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from aspa.core.conversations.changing import Refused
from aspa.core.conversations.senders import MOST_IDENTITIES
from aspa.core.people.models import Identity
from aspa.kit import clock
from aspa.service.bot.readers import is_proven
from aspa.service.commerce import reading
from aspa.service.commerce.models import Customer, Order
from aspa.service.verification import codes
from aspa.service.verification.models import Challenge

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aspa.core.conversations.models import Conversation
    from aspa.core.people.models import Contact

TOLD = 3


def has_proved(contact: Contact, email: str) -> bool:
    """Whether they have proved this address, also if somebody else had before."""
    mine = Q(contact=contact, kind=Identity.Kind.EMAIL, value=email)
    if not email:
        return False
    if Identity.objects.filter(mine, verified_at__isnull=False).exists():
        return True
    return Challenge.objects.filter(mine, outcome=Challenge.Outcome.PROVED).exists()


def have_proved(conversation: Conversation, email: str) -> bool:
    """Send a code to the address that the customer claims; False when that can't be done (now)."""
    contact = conversation.contact
    identity = Identity.objects.filter(contact=contact, kind=Identity.Kind.EMAIL, value=email).first()
    if identity is None:
        if Identity.objects.filter(contact=contact).count() >= MOST_IDENTITIES:
            return False
        identity = Identity.objects.create(
            brand_id=contact.brand_id, contact=contact, kind=Identity.Kind.EMAIL, value=email, created_at=clock.now()
        )
    try:
        codes.ask(conversation, identity, by=None)
    except Refused:
        return False
    return True


def is_asked(contact: Contact) -> bool:
    """Whether a code is still waited for."""
    return codes.open_ones(contact.pk).exists()


def found(contact: Contact, *, number: str, email: str) -> list[Order]:
    """Those that may be told of, the newest first."""
    if is_proven(contact):
        orders = list(reading.orders_of(contact, 20))
        return [order for order in orders if _is(order, number)] if number else orders[:TOLD]
    if not (number and has_proved(contact, email)):
        return []
    theirs = Customer.objects.filter(source__brand=contact.brand_id, email__iexact=email)
    among = Order.known().filter(source__brand=contact.brand_id, number__in=(number, f"#{number}"))
    customers = set(theirs.values_list("source_id", "contact_id"))
    orders = among.select_related("source").defer("source__settings").order_by("-placed_at", "-pk")
    return [order for order in orders[:TOLD] if (order.source_id, order.contact_id) in customers]


def words(orders: Iterable[Order]) -> str:
    """Their state in the active language; no names and no addresses."""
    return "\n\n".join(_words(order) for order in orders)


def _words(order: Order) -> str:
    state = order.get_status_display()
    values = {"number": order.number, "state": state.lower() if state else ""}
    if order.status_at:
        told = date_format(timezone.localtime(order.status_at), "SHORT_DATE_FORMAT")
        lines = [_("Order %(number)s: %(state)s, since %(date)s.") % {**values, "date": told}]
    else:
        lines = [_("Order %(number)s: %(state)s.") % values]
    if order.tracking_url:
        lines.append(_("Follow the parcel: %(url)s") % {"url": order.tracking_url})
    elif order.tracking_number:
        lines.append(_("Tracking code: %(code)s") % {"code": order.tracking_number})
    return "\n".join(lines)


def _is(order: Order, number: str) -> bool:
    return order.number.lstrip("#").casefold() == number.lstrip("#").casefold()
