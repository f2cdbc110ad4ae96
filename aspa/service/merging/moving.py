"""Rows that change hands: every table that refers to a contact is found by itself, so that none is forgotten.

A table that has room for one row of a contact keeps the target's; the source's stays behind and is noted.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.db.models import ForeignKey, Model

from aspa.core.people.models import Contact

Ids = dict[str, list[Any]]

# What is said of the record rather than of the person, or is made anew by itself.
STAYS = {
    "people.Contact.merged_into", "people.ContactChange.contact", "merging.Merge.source", "merging.Merge.target",
    "merging.Difference.first", "merging.Difference.second", "privacy.Erasure.contact",
}  # fmt: skip
# Not indexed by contact, but their conversations are. So these go before the conversations do.
REACHED_BY = {"conversations.Message.contact": "conversation__contact"}
CHUNK = 500


@dataclasses.dataclass(frozen=True, slots=True)
class Reference:
    """A field of a table that names a contact."""

    model: type[Model]
    field: ForeignKey[Any, Any]

    @property
    def label(self) -> str:
        return f"{self.model._meta.label}.{self.field.name}"

    def rows(self, contact: Contact) -> models.QuerySet[Any]:
        rows = self.model._base_manager.filter(**{self.field.name: contact})
        way = REACHED_BY.get(self.label)
        return rows.filter(**{way: contact}) if way else rows


@cache
def references() -> tuple[Reference, ...]:
    """In the order in which they move."""
    found = [
        Reference(model, field)
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
        for field in model._meta.local_fields
        if isinstance(field, ForeignKey) and field.related_model is Contact
    ]
    moving = [one for one in found if one.label not in STAYS]
    return tuple(sorted(moving, key=lambda one: (one.label not in REACHED_BY, one.label)))


def move(source: Contact, target: Contact) -> tuple[Ids, Ids]:
    """Everything of the source to the target, in the caller's transaction; what moved, and what had to stay."""
    moved: Ids = {}
    stayed: Ids = {}
    for reference in references():
        ids = list(reference.rows(source).order_by("pk").values_list("pk", flat=True))
        went = list(_give(reference, ids, source, target)) if ids else []
        if went:
            moved[reference.label] = went
        left = sorted(set(ids) - set(went))
        if left:
            stayed[reference.label] = left
    return moved, stayed


def move_back(moved: Ids, source: Contact, target: Contact) -> None:
    """The same rows to the source again, as far as they are still the target's."""
    for reference in references():
        ids = moved.get(reference.label, [])
        if reference.field.primary_key:
            # Their key was the contact: they have the target's now.
            ids = [target.pk] if ids else []
        for _went in _give(reference, ids, target, source):
            pass


def _give(reference: Reference, ids: Sequence[Any], source: Contact, target: Contact) -> Iterator[Any]:
    """Those that could go. Where one can't, the piece is halved until it stands alone."""
    for start in range(0, len(ids), CHUNK):
        yield from _give_piece(reference, ids[start : start + CHUNK], source, target)


def _give_piece(reference: Reference, ids: Sequence[Any], source: Contact, target: Contact) -> Iterator[Any]:
    name = reference.field.name
    rows = reference.model._base_manager.filter(pk__in=ids, **{name: source})
    try:
        with transaction.atomic():
            rows.update(**{name: target})
    except IntegrityError:
        if len(ids) > 1:
            middle = len(ids) // 2
            yield from _give_piece(reference, ids[:middle], source, target)
            yield from _give_piece(reference, ids[middle:], source, target)
    else:
        yield from ids
