"""What was only needed until it was understood goes after a while, whatever the brand's own rules say."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from aspa.kit import clock
from aspa.service.shops.models import Delivery, Import

if TYPE_CHECKING:
    from django.db.models import QuerySet

DONE_KEPT = dt.timedelta(days=30)
FAILED_KEPT = dt.timedelta(days=90)
IMPORTS_KEPT = dt.timedelta(days=90)
# Of rows that are removed in one transaction.
BATCH = 500


def forget() -> None:
    now = clock.now()
    old = Delivery.objects.filter(received_at__lt=now - DONE_KEPT)
    _remove(old.filter(state=Delivery.State.DONE))
    _remove(old.filter(received_at__lt=now - FAILED_KEPT))
    for one in Import.objects.filter(created_at__lt=now - IMPORTS_KEPT):
        one.file.delete(save=False)
        one.delete()


def _remove(rows: QuerySet[Any]) -> None:
    while batch := list(rows.order_by("received_at").values_list("pk", flat=True)[:BATCH]):
        rows.model._base_manager.filter(pk__in=batch).delete()
