"""Customers by name, address or number: by how these begin, so that indexes answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q
from django.db.models.functions import Lower

from aspa.core.people.models import Contact, Identity

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.db.models import QuerySet

LAST_LETTER = "\U0010ffff"
# Browsers are recognised by keys that nobody types.
TYPED = [kind for kind in Identity.Kind if kind != Identity.Kind.VISITOR]


def named(words: str, *, brands: Collection[int], most: int) -> list[Contact]:
    """Those whose name or address begins so, by name; who was merged into another isn't one any more."""
    words = " ".join(words.split())
    if not words:
        return []
    starts = Q(value__gte=words.lower(), value__lt=words.lower() + LAST_LETTER)
    known = Identity.objects.filter(starts, brand__in=brands, kind__in=TYPED)
    by_address = Contact.objects.filter(pk__in=list(known.values_list("contact", flat=True)[: most * 2]))
    by_name = Contact.objects.alias(lower_name=Lower("name")).filter(_begins("lower_name", words), brand__in=brands)
    # In turn: asked for either, a database reads all customers.
    found = {one.pk: one for rows in (by_address, by_name) for one in _first(rows, most)}
    return sorted(found.values(), key=lambda one: (one.name, one.pk))[:most]


def _first(contacts: QuerySet[Contact], most: int) -> QuerySet[Contact]:
    # The secret is decrypted as it is read.
    whole = contacts.filter(merged_into=None).select_related("brand").defer("brand__identity_secret")
    return whole.order_by("name", "pk")[:most]


def _begins(field: str, words: str) -> Q:
    """A range instead of LIKE, so that the index serves it. SQLite's lower() knows ASCII only, hence the two spellings."""
    low = words.lower()
    spellings = {low, low[:1].upper() + low[1:]}
    either = Q()
    for spelling in spellings:
        either |= Q(**{f"{field}__gte": spelling, f"{field}__lt": spelling + LAST_LETTER})
    return either
