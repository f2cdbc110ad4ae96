"""As whom a customer in a chat reads: what is for everybody, or also what is for those who have signed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aspa.core.people.models import Identity
from aspa.service.search.content import Reader
from aspa.service.segments import segments

if TYPE_CHECKING:
    from aspa.core.people.models import Contact


def reader_of(contact: Contact) -> Reader:
    if not is_proven(contact):
        return Reader()
    mine = segments.of(contact).values_list("pk", flat=True)
    return Reader(contact_id=contact.pk, segments=frozenset(mine))


def is_proven(contact: Contact) -> bool:
    """Whether the shop vouches for who this is. A browser that is known again, or an address, may be another's."""
    shop = Identity.objects.filter(contact=contact, kind=Identity.Kind.SHOP, verified_at__isnull=False)
    return shop.exists()
