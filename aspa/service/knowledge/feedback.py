"""Whether an article helped: counted once a person, and why not, when they say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models import F

from aspa.kit import clock
from aspa.kit.text import clean
from aspa.service.knowledge import indexed
from aspa.service.knowledge.models import Version, Vote

if TYPE_CHECKING:
    from aspa.core.people.models import Contact

LONGEST = 500


def vote(version: Version, voter: str, *, helped: bool, contact: Contact | None = None) -> Vote:
    """Say whether it helped. Said again it changes the first word and counts no second time."""
    try:
        with transaction.atomic():
            made = Vote.objects.create(version=version, voter=voter, helped=helped, contact=contact, at=clock.now())
            _count(version, helped, 1)
            return made
    except IntegrityError:
        return _change(version, voter, helped=helped)


def explain(version: Version, voter: str, *, reason: str, text: str = "") -> None:
    """Why it didn't help. Without a vote, and after a change of mind, there is nothing to explain.

    Raises ValueError for a reason that nobody is offered.
    """
    told = Vote.objects.filter(version=version, voter=voter, helped=False)
    told.update(reason=Vote.Reason(reason).value, text=clean(text)[:LONGEST])


@transaction.atomic
def _change(version: Version, voter: str, *, helped: bool) -> Vote:
    known = Vote.objects.select_for_update().get(version=version, voter=voter)
    if known.helped != helped:
        _count(version, known.helped, -1)
        _count(version, helped, 1)
        known.helped, known.reason, known.text, known.at = helped, "", "", clock.now()
        known.save(update_fields=["helped", "reason", "text", "at"])
    return known


def _count(version: Version, helped: bool, by: int) -> None:
    field = "helped" if helped else "not_helped"
    Version.objects.filter(pk=version.pk).update(**{field: F(field) + by})
    # What helps is found first.
    indexed.touch([version])
