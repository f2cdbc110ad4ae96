"""How an inbox's connections fare, in and out (`Line`): what an admin reads as the channel's health."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import F
from django.db.models.functions import Coalesce

from aspa.channels.email.models import Line
from aspa.kit import clock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aspa.core.inboxes.models import Inbox


def worked(inbox_id: int, direction: Line.Direction) -> None:
    """It did what it is for, just now."""
    now = clock.now()
    values = {"worked_at": now, "failed_at": None, "failures": 0, "error": ""}
    if not Line.objects.filter(inbox=inbox_id, direction=direction).update(**values):
        Line.objects.update_or_create(inbox_id=inbox_id, direction=direction, defaults=values)


def failed(inbox_id: int, direction: Line.Direction, error: str) -> None:
    """It failed, and why, for an admin; since when and how often is counted until it works again."""
    line, _is_new = Line.objects.get_or_create(inbox_id=inbox_id, direction=direction)
    Line.objects.filter(pk=line.pk).update(
        failed_at=Coalesce(F("failed_at"), clock.now()), failures=F("failures") + 1, error=" ".join(error.split())[:300]
    )


def failing(inbox: Inbox) -> Sequence[Line]:
    """The lines that don't work now."""
    return list(Line.objects.filter(inbox=inbox, failed_at__isnull=False).order_by("direction"))
