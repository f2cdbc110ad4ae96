"""Which custom fields a brand has, and in which order."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from django.utils.text import slugify

from aspa.kit import positions
from aspa.service.timeline.models import Field

if TYPE_CHECKING:
    from aspa.core.inboxes.models import Brand

LONGEST = 36


def add(field: Field) -> Field:
    """Put a new one at the end of its brand's."""
    field.position = positions.after(Field.objects.filter(brand=field.brand))
    field.save(force_insert=True)
    return field


def move(field: Field, *, up: bool) -> None:
    """Change places with the one before or after it; at the end of the row nothing happens."""
    positions.move(Field.objects.filter(brand=field.brand_id), field, up=up)


def free_key(brand: Brand, label: str) -> str:
    """A key made of the label that the brand doesn't use yet: "Kengän koko" gives "kengan_koko"."""
    base = slugify(label).replace("-", "_").strip("_")[:LONGEST]
    base = base if base[:1].isalpha() else f"field_{base}".strip("_")[:LONGEST]
    taken = set(Field.objects.filter(brand=brand, key__startswith=base).values_list("key", flat=True))
    return next(key for number in count(1) if (key := base if number == 1 else f"{base}_{number}") not in taken)
