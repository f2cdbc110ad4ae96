"""Whether two contacts have shown that they are one person. A claim alone shows nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aspa.core.people.models import Identity
from aspa.service.merging.models import Merge
from aspa.service.verification.models import Challenge, Identification

if TYPE_CHECKING:
    from aspa.core.people.models import Contact

# A browser can be lent; everything else is proved by the person.
PROVING = (Identity.Kind.EMAIL, Identity.Kind.PHONE, Identity.Kind.SHOP, Identity.Kind.STRONG)


def proof_of(one: Contact, other: Contact) -> str:
    """The `Merge.Proof`, or "" when there is none."""
    if _subjects(one) & _subjects(other):
        return Merge.Proof.STRONG
    if _proved(one) & _proved(other):
        return Merge.Proof.IDENTITY
    return ""


def _subjects(contact: Contact) -> set[str]:
    done = Identification.objects.filter(contact=contact, state=Identification.State.DONE)
    return set(done.exclude(subject_hash="").values_list("subject_hash", flat=True))


def _proved(contact: Contact) -> set[tuple[str, str]]:
    """What is verified of them, and what they proved by a code after somebody else had."""
    verified = Identity.objects.filter(contact=contact, kind__in=PROVING, verified_at__isnull=False)
    by_code = Challenge.objects.filter(contact=contact, outcome=Challenge.Outcome.PROVED)
    return {*verified.values_list("kind", "value"), *by_code.values_list("kind", "value")}
