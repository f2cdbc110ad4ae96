"""Which custom fields a brand has, and in which order."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.text import slugify

from aspa.service.timeline.models import Field

if TYPE_CHECKING:
    from aspa.core.inboxes.models import Brand

LONGEST = 36


def add(field: Field) -> Field:
    """Put a new one at the end of its brand's."""
    last = Field.objects.filter(brand=field.brand).order_by("-position").values_list("position", flat=True).first()
    field.position = 0 if last is None else last + 1
    field.save(force_insert=True)
    return field


def move(field: Field, *, up: bool) -> None:
    """Change places with the one before or after it; at the end of the row nothing happens."""
    with transaction.atomic():
        row = list(Field.objects.select_for_update().filter(brand=field.brand_id).order_by("position", "pk"))
        here = row.index(field)
        there = here - 1 if up else here + 1
        if not 0 <= there < len(row):
            return
        row[here], row[there] = row[there], row[here]
        for position, one in enumerate(row):
            one.position = position
        Field.objects.bulk_update(row, ["position"])


def free_key(brand: Brand, label: str) -> str:
    """A key made of the label that the brand doesn't use yet: "Kengän koko" gives "kengan_koko"."""
    base = slugify(label).replace("-", "_").strip("_")[:LONGEST]
    base = base if base[:1].isalpha() else f"field_{base}".strip("_")[:LONGEST]
    taken = set(Field.objects.filter(brand=brand, key__startswith=base).values_list("key", flat=True))
    return next(key for number in count(1) if (key := base if number == 1 else f"{base}_{number}") not in taken)
