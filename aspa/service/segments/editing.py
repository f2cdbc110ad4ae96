"""Making, changing and removing segments."""

from __future__ import annotations

from django.db import transaction

from aspa.kit import clock
from aspa.service.segments import conditions
from aspa.service.segments.conditions import Group
from aspa.service.segments.fields import fields
from aspa.service.segments.models import Edition, Membership, Segment
from aspa.service.segments.tasks import keep_up

EDITED = ("name", "emoji", "picture", "description", "ahead_minutes", "team")


@transaction.atomic
def save(segment: Segment, rule: Group) -> Segment:
    """Keep it, new or changed. Another rule begins another edition, whose members are found in the background."""
    # Not which edition counts: that may have changed since it was read.
    segment.save(update_fields=EDITED if segment.pk else None)
    newest = Edition.objects.filter(segment=segment, is_over=False).order_by("-pk").first()
    if newest is None or conditions.read(newest.rule) != rule:
        _begin(segment, rule)
    return segment


def remove(segment: Segment) -> None:
    """Its members first and in batches: there may be a million of them."""
    while True:
        some = Membership.objects.filter(edition__segment=segment).values_list("pk", flat=True)[:2000]
        if not Membership.objects.filter(pk__in=list(some)).delete()[0]:
            break
    segment.delete()


def _begin(segment: Segment, rule: Group) -> None:
    known = fields.of(segment.brand_id)
    asked = [known.get(condition.field) for condition in rule.conditions()]
    # One that was still being built never counted, and needn't be finished.
    segment.editions.filter(reached__isnull=False).update(is_over=True)
    Edition.objects.create(
        segment=segment,
        rule=conditions.write(rule),
        asks_conversations=any(field is not None and field.in_conversations for field in asked),
        swept_at=clock.now(),
    )
    keep_up.enqueue()
