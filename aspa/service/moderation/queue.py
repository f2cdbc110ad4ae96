"""What waits to be looked at, and what was decided: read by index and keyset, never counted beyond a hundred."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from aspa.kit import keyset
from aspa.service.moderation.kinds import Shown, kind_of
from aspa.service.moderation.models import Decision, Item, Report

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from django.db.models import QuerySet

PAGE = 50
MOST_COUNTED = 999
MOST_REPORTS = 5


@dataclasses.dataclass(frozen=True, slots=True)
class Row:
    """An item as staff sees it. `decision`: the last one that stands."""

    item: Item
    shown: Shown
    reports: Sequence[Report]
    decision: Decision | None


@dataclasses.dataclass(frozen=True, slots=True)
class Page:
    """`after`: the key of the next page, empty at the end."""

    rows: Sequence[Row]
    after: str


def waiting(brand_ids: Collection[int], *, kind: str = "", author: int | None = None, after: str = "") -> Page:
    """What waits, the oldest first."""
    items = _of(brand_ids, kind, author).filter(waiting_since__isnull=False)
    found, more = keyset.page(items, "waiting_since", after=after, most=PAGE)
    return Page(_rows(found), more)


def decided(brand_ids: Collection[int], *, kind: str = "", author: int | None = None, after: str = "") -> Page:
    """Everything that doesn't wait, the newest first."""
    items = _of(brand_ids, kind, author).filter(waiting_since=None)
    found, more = keyset.page(items, "-at", after=after, most=PAGE)
    return Page(_rows(found), more)


def one(brand_ids: Collection[int], kind: str, key: int) -> Page:
    return Page(_rows(list(_of(brand_ids, kind, None).filter(key=key))), "")


def counts(brand_ids: Collection[int]) -> dict[str, int]:
    """How many wait, by kind; together no more than MOST_COUNTED are looked at."""
    waits = Item.objects.filter(brand__in=brand_ids, waiting_since__isnull=False)
    counted: dict[str, int] = {}
    for kind in waits.order_by("brand", "waiting_since").values_list("kind", flat=True)[:MOST_COUNTED]:
        counted[kind] = counted.get(kind, 0) + 1
    return counted


def _of(brand_ids: Collection[int], kind: str, author: int | None) -> QuerySet[Item]:
    items = Item.objects.filter(brand__in=brand_ids).select_related("contact", "brand").defer("brand__identity_secret")
    if kind:
        items = items.filter(kind=kind)
    return items.filter(contact=author) if author is not None else items


def _rows(items: Sequence[Item]) -> list[Row]:
    by_kind: dict[str, list[int]] = {}
    for item in items:
        by_kind.setdefault(item.kind, []).append(item.key)
    shown = {(kind, key): one for kind, keys in by_kind.items() for key, one in kind_of(kind).shown(keys).items()}
    pks = [item.pk for item in items]
    reports: dict[int, list[Report]] = {}
    for report in Report.objects.filter(item__in=[item.pk for item in items if item.reports]).order_by("pk"):
        reports.setdefault(report.item_id, []).append(report)
    standing = Decision.objects.filter(item__in=pks, undone_at=None).select_related("agent").order_by("pk")
    decisions = {decision.item_id: decision for decision in standing}
    return [
        Row(item, shown[item.kind, item.key], reports.get(item.pk, [])[:MOST_REPORTS], decisions.get(item.pk))
        for item in items
        if (item.kind, item.key) in shown
    ]
