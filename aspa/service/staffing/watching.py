"""Looks every minute whether somebody is there while it says open, counts it, and tells when nobody is."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F

from aspa.core.inboxes.channel import channel_for
from aspa.core.inboxes.models import Inbox
from aspa.kit import clock
from aspa.service.hours import calendars
from aspa.service.hours.models import Hours
from aspa.service.routing import availability
from aspa.service.staffing.models import Gap, StaffedDay, Watch

if TYPE_CHECKING:
    from aspa.service.hours.schedule import Schedule

# When nobody has looked for longer, Aspa itself was away, and then nobody was served.
LONGEST_GAP = dt.timedelta(minutes=3)
# Who goes and comes back doesn't alert everybody each time.
QUIET_FOR = dt.timedelta(minutes=15)


def look() -> list[Inbox]:
    """Look at every inbox where customers expect somebody to be there; those whose people are to be alerted now."""
    return [inbox for inbox in watched() if _look_at(inbox)]


def is_staffed(inbox: Inbox) -> bool:
    """Whether somebody who may answer there is at work."""
    return availability.of(inbox).is_staffed


def unstaffed_since(inbox: Inbox) -> dt.datetime | None:
    """Since when it has been open with nobody there, as the last look saw it."""
    return Watch.objects.filter(inbox=inbox).values_list("unstaffed_since", flat=True).first()


def watched() -> list[Inbox]:
    """Live inboxes in use that keep hours. Who publishes none promises nothing."""
    brands, own = set(), set()
    for brand_id, inbox_id in Hours.objects.values_list("brand", "inbox"):
        own.add(inbox_id) if inbox_id else brands.add(brand_id)
    active = Inbox.objects.filter(is_active=True).select_related("brand", "team").defer("brand__identity_secret")
    return [
        inbox
        for inbox in active
        if channel_for(inbox).capabilities.live and (inbox.pk in own or inbox.brand_id in brands)
    ]


def _look_at(inbox: Inbox) -> bool:
    """Whether its people are to be alerted."""
    # Whole seconds, so that what the looks count adds up to the time that has passed.
    now, schedule = clock.now().replace(microsecond=0), calendars.schedule_of(inbox)
    staffed = is_staffed(inbox)
    with transaction.atomic():
        Watch.objects.get_or_create(inbox=inbox, defaults={"looked_at": now, "was_staffed": staffed})
        watch = Watch.objects.select_for_update().get(inbox=inbox)
        _count(watch, schedule, now)
        is_alone = schedule.is_open(now) and not staffed
        alert = is_alone and (watch.alerted_at is None or watch.alerted_at <= now - QUIET_FOR)
        # One alert for one absence, however long it lasts.
        alert = alert and not (watch.unstaffed_since and watch.alerted_at and watch.alerted_at >= watch.unstaffed_since)
        watch.unstaffed_since = (watch.unstaffed_since or now) if is_alone else None
        watch.looked_at, watch.was_staffed = now, staffed
        watch.alerted_at = now if alert else watch.alerted_at
        watch.save()
    return bool(alert)


def _count(watch: Watch, schedule: Schedule, now: dt.datetime) -> None:
    """Add the open time since the last look to its days, and to the gap that goes on when nobody was there."""
    staffed = watch.was_staffed and now - watch.looked_at <= LONGEST_GAP
    for span in schedule.spans(watch.looked_at, until=now):
        start, end = max(span.start, watch.looked_at), min(span.end, now)
        seconds = round((end - start).total_seconds())
        if seconds <= 0:
            continue
        # A span never reaches over local midnight.
        day, _created = StaffedDay.objects.get_or_create(
            inbox_id=watch.inbox_id, date=start.astimezone(schedule.timezone).date()
        )
        StaffedDay.objects.filter(pk=day.pk).update(
            open_seconds=F("open_seconds") + seconds, staffed_seconds=F("staffed_seconds") + seconds * staffed
        )
        if not staffed and not Gap.objects.filter(inbox_id=watch.inbox_id, end=start).update(end=end):
            Gap.objects.create(inbox_id=watch.inbox_id, start=start, end=end)
