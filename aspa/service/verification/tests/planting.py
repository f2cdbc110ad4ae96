"""A person who has signed in on the help pages: found by an address that they have proved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aspa.core.people.models import Identity
from aspa.kit import clock
from aspa.kit.ids import new_token
from aspa.service.verification.models import SignIn

if TYPE_CHECKING:
    from aspa.core.people.models import Contact


def plant(contact: Contact, mark: str) -> None:
    now, email = clock.now(), f"{mark}-help@mail.example"
    Identity.objects.create(
        brand=contact.brand, contact=contact, kind=Identity.Kind.EMAIL, value=email, created_at=now, verified_at=now
    )
    SignIn.objects.create(brand=contact.brand, email=email, language="fi", public_id=new_token(), at=now)
