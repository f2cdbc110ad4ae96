"""A visitor has written and is a contact: the cart that waited under the browser's token becomes the contact's."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from aspa.core.conversations.models import Event
from aspa.core.people.models import Contact
from aspa.kit import clock
from aspa.service.carts import telling, told
from aspa.service.carts.models import WaitingCart
from aspa.service.visits.consenting import Browser
from aspa.service.visits.landing import browsers_of

if TYPE_CHECKING:
    from aspa.core.conversations.events import Stretch

# So long a cart waits for its visitor's first word.
WAITS = dt.timedelta(days=7)


def follow(stretch: Stretch) -> None:
    """Subscriber."""
    begun = {event.conversation_id for event in stretch.of(Event.Kind.RECEIVED) if event.data.get("begins")}
    if not begun or not WaitingCart.objects.exists():
        return
    whose = {visitor: pk for pk, visitors in browsers_of(begun).items() for visitor in visitors}
    for waiting in WaitingCart.objects.filter(visitor__in=whose).order_by("at"):
        contact = Contact.objects.get(pk=whose[waiting.visitor])
        if waiting.brand_id == contact.brand_id:
            browser = Browser(contact.brand_id, waiting.visitor, contact)
            telling.tell(browser, told.again(waiting.told), signed_in=None, at=waiting.at)


def sweep(limit: int = 1000) -> int:
    """Forget what nobody came back to; returns how many. Run every hour."""
    stale = WaitingCart.objects.filter(at__lt=clock.now() - WAITS).order_by("at").values_list("pk", flat=True)
    gone, _each = WaitingCart.objects.filter(pk__in=list(stale[:limit])).delete()
    return gone
