"""A new edition of a segment: all customers of the brand are looked at, batch by batch, while the former one counts."""

from __future__ import annotations

from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.models import F, Max

from aspa.kit import clock
from aspa.service.segments import conditions
from aspa.service.segments.fields import fields
from aspa.service.segments.matching import Fields, everybody, matching
from aspa.service.segments.models import Edition, Membership, Segment
from aspa.service.segments.renewing import alone

# Contacts looked at, and members taken away, in one transaction; on SQLite customers' messages wait that long.
AT_ONCE = 500
# Whoever belonged already has belonged since then.
INSERT = """
    INSERT INTO segments_membership (edition_id, contact_id, since)
    SELECT %s, found.id, coalesce(
        (SELECT old.since FROM segments_membership AS old WHERE old.edition_id = %s AND old.contact_id = found.id), {now})
    FROM ({found}) AS found WHERE true ON CONFLICT DO NOTHING
"""


def build_some() -> bool:
    """Another batch of what is to be built, or to be taken away; whether there was any."""
    edition = Edition.objects.filter(is_over=False, reached__isnull=False).order_by("pk").first()
    if edition is not None:
        build(edition)
        return True
    over = Edition.objects.filter(is_over=True).order_by("pk").first()
    return over is not None and bool(_take_away(over))


@transaction.atomic
def build(edition: Edition) -> None:
    """Look at the next batch of contacts. With the last one the edition counts, and the former is over."""
    alone()
    edition = Edition.objects.select_related("segment").get(pk=edition.pk)
    if edition.is_over or edition.reached is None:
        return
    segment = edition.segment
    last = _last_of_batch(segment.brand_id, edition.reached)
    if last is None:
        Edition.objects.filter(pk=edition.pk).update(reached=None)
        Segment.objects.filter(pk=segment.pk).update(current=edition)
        Edition.objects.filter(segment=segment, pk__lt=edition.pk).update(is_over=True)
        return
    added = _add(edition, fields.of(segment.brand_id), last)
    Edition.objects.filter(pk=edition.pk).update(reached=last, size=F("size") + added)


def _last_of_batch(brand: int, after: int) -> int | None:
    batch = everybody(brand).filter(pk__gt=after).order_by("pk")[:AT_ONCE]
    last: int | None = batch.aggregate(last=Max("pk"))["last"]
    return last


def _add(edition: Edition, known: Fields, last: int) -> int:
    """Those up to `last` who belong, by one statement; how many. Contacts that changed meanwhile are there already."""
    rule, now = conditions.read(edition.rule), clock.now()
    found = matching(edition.segment.brand_id, rule, known, now).filter(pk__gt=edition.reached, pk__lte=last)
    try:
        sql, values = found.order_by().values("id").query.get_compiler(connection.alias).as_sql()
    except EmptyResultSet:
        return 0
    insert = INSERT.format(found=sql, now="%s")
    moment = connection.ops.adapt_datetimefield_value(now)
    with connection.cursor() as cursor:
        cursor.execute(insert, [edition.pk, edition.segment.current_id or 0, moment, *values])
        return max(0, cursor.rowcount)


@transaction.atomic
def _take_away(edition: Edition) -> int:
    """Some members of an edition that is over, at last the edition itself; how many rows went."""
    some = Membership.objects.filter(edition=edition).order_by("contact").values_list("pk", flat=True)[:AT_ONCE]
    gone = Membership.objects.filter(pk__in=list(some)).delete()[0]
    return gone or edition.delete()[0]
