"""Who could be the same person: found when somebody looks, explained, and never acted on by itself."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext as _

from aspa.core.people.models import Contact, Identity
from aspa.kit import clock
from aspa.service.merging import proving
from aspa.service.merging.models import Difference
from aspa.service.timeline.held import held
from aspa.service.verification.models import Identification

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aspa.core.people.models import Agent

MOST = 5
# Of whoever tells every address there is, not all are compared.
MOST_IDENTITIES = 20
MOST_OTHERS = 50
COMPARED = (Identity.Kind.EMAIL, Identity.Kind.PHONE, Identity.Kind.SHOP)
# Others who told the same: (contact, kind, value, whether they proved it, whether this one did). Plain SQL, as it is asked
# beside every conversation; the brand is in it so that each is one look into the index.
SAME_IDENTITY = """
    SELECT other.contact_id, mine.kind, mine.value, other.verified_at IS NOT NULL, mine.verified_at IS NOT NULL
    FROM (SELECT brand_id, contact_id, kind, value, verified_at FROM people_identity
          WHERE contact_id = %s AND kind IN (%s, %s, %s) ORDER BY id LIMIT %s) AS mine
    JOIN people_identity AS other ON other.brand_id = mine.brand_id AND other.kind = mine.kind
        AND other.value = mine.value AND other.contact_id <> mine.contact_id
    ORDER BY other.id LIMIT %s"""


@dataclasses.dataclass(frozen=True, slots=True)
class Suggestion:
    """`reasons`: in words; `proof`: a `Merge.Proof`, or "" when it is only a guess."""

    contact: Contact
    reasons: tuple[str, ...]
    proof: str


def suggestions(contact: Contact) -> list[Suggestion]:
    """Those of the same brand who share something with the contact; the proved ones first, at most a few."""
    reasons: dict[int, list[str]] = {}
    for other, words in (*_same_subject(contact), *_same_identity(contact)):
        reasons.setdefault(other, [])
        if words not in reasons[other]:
            reasons[other].append(words)
    if not reasons:
        return []
    different = _differences(contact)
    others = Contact.objects.filter(
        pk__in=[pk for pk in reasons if pk not in different], brand=contact.brand_id, merged_into=None, erased_at=None
    )
    found = [
        Suggestion(other, (*reasons[other.pk], *_same_name(contact, other)), proving.proof_of(contact, other))
        for other in others.order_by("pk")[:MOST]
    ]
    return sorted(found, key=lambda one: (not one.proof, -len(one.reasons), one.contact.pk))


def are_different(one: Contact, other: Contact, *, by: Agent) -> None:
    """An agent says that they are two people."""
    first, second = sorted((one.pk, other.pk))
    Difference.objects.get_or_create(first_id=first, second_id=second, defaults={"by": by, "at": clock.now()})


def _same_subject(contact: Contact) -> Iterable[tuple[int, str]]:
    if not held(contact, [Identification]):
        return []
    done = Identification.objects.filter(state=Identification.State.DONE).exclude(subject_hash="")
    mine = list(done.filter(contact=contact).values_list("subject_hash", flat=True)[:MOST])
    if not mine:
        return []
    others = done.filter(subject_hash__in=mine).exclude(contact=contact).values_list("contact_id", flat=True)
    return [(pk, _("Both have identified themselves strongly as the same person")) for pk in others[:MOST]]


def _same_identity(contact: Contact) -> Iterable[tuple[int, str]]:
    with connection.cursor() as cursor:
        cursor.execute(SAME_IDENTITY, [contact.pk, *COMPARED, MOST_IDENTITIES, MOST_OTHERS])
        return [(other, _told(*told)) for other, *told in cursor.fetchall()]


def _told(kind: str, value: str, *proved: bool) -> str:
    """proved: whether the other has, and whether this one has."""
    words = {"what": Identity.Kind(kind).label, "value": value}
    theirs, mine = proved
    if theirs:
        return _("%(what)s %(value)s: the other has proved it") % words
    if mine:
        return _("%(what)s %(value)s: the other has told it, unproved") % words
    return _("%(what)s %(value)s: both have told it, unproved") % words


def _same_name(contact: Contact, other: Contact) -> tuple[str, ...]:
    if contact.name and contact.name.casefold() == other.name.casefold():
        return (_("The same name"),)
    return ()


def _differences(contact: Contact) -> set[int]:
    mine = Difference.objects.filter(Q(first=contact) | Q(second=contact)).values_list("first_id", "second_id")
    return {pk for pair in mine for pk in pair} - {contact.pk}
