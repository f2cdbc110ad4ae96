"""Whether a brand's chat is open just now, with room for one more: then a letter names it to those in a hurry."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from aspa.core.inboxes.channel import channels
from aspa.core.inboxes.models import Inbox
from aspa.kit import clock
from aspa.service.hours import calendars
from aspa.service.routing import availability

if TYPE_CHECKING:
    from aspa.core.inboxes.models import Brand

# A chat that is about to close is no help to anybody in a hurry; one that closes in days needs no hurry.
SOONEST, LATEST = dt.timedelta(minutes=15), dt.timedelta(days=1)


def open_chat(brand: Brand) -> tuple[str, dt.datetime] | None:
    """On which of the brand's web addresses, and until when; None when nobody can be chatted with."""
    if not brand.domains:
        return None
    live = [channel.key for channel in channels() if channel.capabilities.live]
    inboxes = list(Inbox.objects.filter(brand=brand, is_active=True, channel__in=live).defer("settings"))
    for inbox in inboxes:
        inbox.brand = brand
    now, found = clock.now(), availability.of_all(inboxes)
    for inbox in inboxes:
        closes = calendars.schedule_of(inbox).closes_at(now)
        if found[inbox.pk].state == availability.OPEN and closes and now + SOONEST <= closes < now + LATEST:
            return brand.domains[0], closes
    return None
