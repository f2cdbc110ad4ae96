"""Rows that stand in an order of their owner's choosing, by their field `position`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

if TYPE_CHECKING:
    from django.db.models import QuerySet


def after(rows: QuerySet[Any]) -> int:
    """The position of a new one behind all of them."""
    last = rows.order_by("-position").values_list("position", flat=True).first()
    return 0 if last is None else last + 1


@transaction.atomic
def move(rows: QuerySet[Any], one: Any, *, up: bool) -> None:
    """Change places with the one before or after it; at the end of the row nothing happens."""
    row = list(rows.select_for_update().order_by("position", "pk"))
    here = row.index(one)
    there = here - 1 if up else here + 1
    if not 0 <= there < len(row):
        return
    row[here], row[there] = row[there], row[here]
    for position, each in enumerate(row):
        each.position = position
    rows.model._default_manager.bulk_update(row, ["position"])
