"""Who belongs where: what others ask of segments. Members are those of the edition that counts."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from aspa.core.people.models import Contact
from aspa.service.routing.preferences import Preference
from aspa.service.segments.models import Membership, Segment

if TYPE_CHECKING:
    from django.db.models import QuerySet


def of(contact: Contact) -> QuerySet[Segment]:
    """The segments that the contact belongs to now."""
    return Segment.objects.filter(current__memberships__contact=contact)


def members(segment: Segment) -> QuerySet[Contact]:
    """The contacts who belong to it now. There may be very many: read them by keyset."""
    theirs = Membership.objects.filter(edition=segment.current_id).values("contact")
    return Contact.objects.filter(pk__in=theirs)


def among(segment: Segment, contact_ids: Collection[int]) -> set[int]:
    """Which of these belong to it."""
    stored = Membership.objects.filter(edition=segment.current_id, contact__in=contact_ids)
    return set(stored.values_list("contact", flat=True))


def few(segment: Segment, most: int) -> list[int] | None:
    """Everybody who belongs to it, when they are at most so many."""
    stored = Membership.objects.filter(edition=segment.current_id).values_list("contact", flat=True)
    found = list(stored[: most + 1])
    return found if len(found) <= most else None


def preferences(contact_ids: Collection[int]) -> Mapping[int, Preference]:
    """How these are served, as far as segments say it; of several the one that is farthest ahead."""
    served = Segment.objects.exclude(ahead_minutes=0, team__isnull=True).filter(current__isnull=False)
    # Usually there is none, and then nothing more is asked.
    by_edition = {one.current_id: Preference(one.ahead_minutes, one.team_id, one.name) for one in served}
    if not by_edition:
        return {}
    stored = Membership.objects.filter(edition__in=by_edition, contact__in=contact_ids)
    found: dict[int, Preference] = {}
    for edition, contact in stored.order_by("edition").values_list("edition", "contact"):
        found[contact] = max(found.get(contact, by_edition[edition]), by_edition[edition], key=_weight)
    return found


def _weight(preference: Preference) -> tuple[int, bool]:
    return preference.ahead, preference.team is not None
