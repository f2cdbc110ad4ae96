"""Whether a brand's chat is open and staffed just now: then a receipt names it to those in a hurry."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from aspa.core.conversations import access
from aspa.core.inboxes.channel import channel_for
from aspa.core.inboxes.models import Inbox
from aspa.core.people.models import Role
from aspa.kit import clock
from aspa.service.hours import calendars
from aspa.service.routing.present import present

if TYPE_CHECKING:
    from aspa.core.inboxes.models import Brand

# A chat that is about to close is no help to anybody in a hurry.
LEAST = dt.timedelta(minutes=15)
FURTHEST = dt.timedelta(days=1)


def open_chat(brand: Brand) -> tuple[str, dt.datetime] | None:
    """On which of the brand's web addresses, and until when. None when nobody is there to chat."""
    if not brand.domains:
        return None
    there = [who["id"] for who in present()]
    if not there:
        return None
    now = clock.now()
    for inbox in Inbox.objects.filter(brand=brand, is_active=True).select_related("brand").defer("settings"):
        if not channel_for(inbox).capabilities.live:
            continue
        closes = calendars.schedule_of(inbox).closes_at(now) or now + FURTHEST
        able = access.agents_of([inbox.pk], Role.Permission.REPLY).filter(pk__in=there)
        if now + LEAST <= closes < now + FURTHEST and able.exists():
            return brand.domains[0], closes
    return None
