"""Who belongs: made true for contacts of whom something has changed, a batch at a time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.db.models import F

from aspa.core.people import changes
from aspa.core.people.models import Contact
from aspa.kit import clock
from aspa.service.segments import conditions
from aspa.service.segments.fields import fields
from aspa.service.segments.matching import Fields, matching
from aspa.service.segments.models import Edition, Membership

if TYPE_CHECKING:
    from django.db.models import QuerySet

# Any number; nothing else in the database locks by it.
SEGMENTS = 7_261_911
# Looked at in one transaction; on SQLite customers' messages wait that long.
AT_ONCE = 500


def alone() -> None:
    """Until the caller's transaction ends nobody else decides who belongs. On SQLite nobody else writes anyway.

    A batch that began earlier would otherwise write what it had read before a change, over what is true since.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SEGMENTS])


def drain() -> int:
    """Look anew at the contacts that have waited longest; how many there were."""
    with transaction.atomic():
        alone()
        contact_ids = changes.take(AT_ONCE)
        renew(contact_ids)
        return len(contact_ids)


def renew(contact_ids: Collection[int]) -> None:
    """Have every live edition of their brands say whether these belong. The caller is `alone`."""
    by_brand: dict[int, list[int]] = {}
    for pk, brand in Contact.objects.filter(pk__in=contact_ids).values_list("pk", "brand"):
        by_brand.setdefault(brand, []).append(pk)
    editions = live().filter(segment__brand__in=by_brand)
    known: dict[int, Fields] = {}
    for edition in editions:
        brand = edition.segment.brand_id
        if brand not in known:
            known[brand] = fields.of(brand)
        _renew(edition, by_brand[brand], known[brand], clock.now())


def live() -> QuerySet[Edition]:
    """The editions that follow what changes: those that count, and those that are being built."""
    return Edition.objects.filter(is_over=False).select_related("segment").order_by("pk")


def _renew(edition: Edition, contact_ids: Collection[int], known: Fields, now: dt.datetime) -> None:
    rule = conditions.read(edition.rule)
    found = matching(edition.segment.brand_id, rule, known, now).filter(pk__in=contact_ids)
    belong = set(found.values_list("pk", flat=True))
    stored = Membership.objects.filter(edition=edition, contact__in=contact_ids)
    belonged = set(stored.values_list("contact", flat=True))
    if belong == belonged:
        return
    stored.filter(contact__in=belonged - belong).delete()
    Membership.objects.bulk_create(
        [Membership(edition=edition, contact_id=pk, since=now) for pk in sorted(belong - belonged)]
    )
    Edition.objects.filter(pk=edition.pk).update(size=F("size") + len(belong) - len(belonged))
