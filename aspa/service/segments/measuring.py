"""How many belong to each segment, day by day."""

from __future__ import annotations

from django.utils import timezone

from aspa.kit import clock
from aspa.service.segments.models import Edition, Membership, SegmentDay


def measure() -> None:
    """Count every segment and keep it as today's size. The kept count is put right: erased contacts went without notice."""
    today = timezone.localdate(clock.now())
    for edition in Edition.objects.filter(current_of__isnull=False):
        size = Membership.objects.filter(edition=edition).count()
        Edition.objects.filter(pk=edition.pk).update(size=size)
        SegmentDay.objects.update_or_create(segment_id=edition.segment_id, date=today, defaults={"size": size})
