"""A visitor has written and is a contact: what waited under the browser's token becomes the contact's."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import TYPE_CHECKING

from aspa.core.conversations.models import Conversation, Event
from aspa.core.people import changes
from aspa.core.people.models import Contact, Identity
from aspa.kit import clock
from aspa.service.visits import consenting
from aspa.service.visits.models import BrowserConsent, Visit

if TYPE_CHECKING:
    from collections.abc import Collection

    from aspa.core.conversations.events import Stretch

# So long what a visitor has seen waits for their first word.
WAITS = dt.timedelta(days=7)


def follow(stretch: Stretch) -> None:
    """Subscriber."""
    begun = {event.conversation_id for event in stretch.of(Event.Kind.RECEIVED) if event.data.get("begins")}
    if not begun:
        return
    for contact_id, visitors in waiting_for(begun).items():
        land(contact_id, visitors)


def waiting_for(conversation_ids: Collection[int]) -> dict[int, list[str]]:
    """By contact: those of their browsers under which something waits. A busy hour begins many conversations."""
    browsers = browsers_of(conversation_ids)
    known = [visitor for visitors in browsers.values() for visitor in visitors]
    words = BrowserConsent.objects.filter(visitor__in=known).values_list("visitor", flat=True)
    visits = Visit.objects.filter(visitor__in=known, contact__isnull=True).values_list("visitor", flat=True).distinct()
    waiting = {*words, *visits}
    found = {pk: [one for one in visitors if one in waiting] for pk, visitors in browsers.items()}
    return {pk: visitors for pk, visitors in found.items() if visitors}


def browsers_of(conversation_ids: Collection[int]) -> dict[int, list[str]]:
    """By contact: the browsers that are proven to be theirs."""
    known = Identity.objects.filter(
        contact__in=Conversation.objects.filter(pk__in=conversation_ids).values("contact"),
        kind=Identity.Kind.VISITOR,
        verified_at__isnull=False,
    )
    found: defaultdict[int, list[str]] = defaultdict(list)
    for contact_id, visitor in known.values_list("contact", "value"):
        found[contact_id].append(visitor)
    return found


def land(contact_id: int, visitors: Collection[str]) -> None:
    """Give the contact what waited under these browsers of theirs: consents in the order in which they were given, and
    visits; nothing of another brand's."""
    words = BrowserConsent.objects.filter(visitor__in=visitors).order_by("at")
    if words:
        contact = Contact.objects.get(pk=contact_id)
        for word in words.filter(brand=contact.brand_id):
            consenting.land(contact, word)
    brand = Contact.objects.filter(pk=contact_id).values("brand")
    if Visit.objects.filter(visitor__in=visitors, contact__isnull=True, brand__in=brand).update(contact=contact_id):
        changes.touch([contact_id])


def sweep(limit: int = 5000) -> int:
    """Forget what nobody came back to, the oldest first, at most so much; returns how many visits. Run every hour."""
    before = clock.now() - WAITS
    BrowserConsent.objects.filter(
        pk__in=BrowserConsent.objects.filter(seen_at__lt=before).order_by("seen_at").values("pk")[:limit]
    ).delete()
    stale = Visit.objects.filter(contact__isnull=True, at__lt=before).order_by("at").values_list("pk", flat=True)
    gone, _each = Visit.objects.filter(pk__in=list(stale[:limit])).delete()
    return gone
