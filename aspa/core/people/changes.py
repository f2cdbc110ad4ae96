"""Contacts of whom something has changed outside their conversations: an order, a cart, a consent, a field.

Whoever writes such a thing says so here, in the same transaction; segments are worked out anew from it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from aspa.core.people.models import ContactChange
from aspa.kit import clock

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable


def touch(contact_ids: Iterable[int]) -> None:
    """Note that these contacts have changed. Cheap; any number at once, in any order, as often as one likes."""
    now = clock.now()
    ContactChange.objects.bulk_create(
        # In one order, so that two who touch the same contacts never wait for each other without end.
        [ContactChange(contact_id=pk, at=now) for pk in sorted(set(contact_ids))],
        update_conflicts=True,
        unique_fields=["contact"],
        update_fields=["at"],
    )


def take(count: int) -> Collection[int]:
    """The contacts that have waited longest, at most `count`, and forget them: in the transaction that looks at them."""
    with transaction.atomic():
        found = list(
            ContactChange.objects.select_for_update(skip_locked=True)
            .order_by("at")
            .values_list("pk", flat=True)[:count]
        )
        ContactChange.objects.filter(pk__in=found).delete()
        return found
