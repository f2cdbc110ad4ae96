"""The browsers in which a customer has been: known by the hashes of their tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aspa.core.people.models import Identity

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.db.models import QuerySet


def browsers_of(contact_ids: Collection[int]) -> QuerySet[Identity, str]:
    """The hashes, for a condition or to be read."""
    known = Identity.objects.filter(contact__in=contact_ids, kind=Identity.Kind.VISITOR)
    return known.values_list("value", flat=True)
