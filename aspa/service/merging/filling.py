"""What the target takes over of the source beside rows: proofs of what both are known by, and what it doesn't know yet.

Each note says what was before and what is after, so that taking a merge back changes nothing that was changed since.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from aspa.core.people.models import Contact, Identity

FIELDS = ("name", "language", "tier", "company_id")
Note = list[Any]


def proofs(source: Contact, target: Contact) -> list[Note]:
    """Where both told the same and only the source has proved it, the proof goes over: the source's row stays behind.

    Returns [[the source's identity, the target's, when, how, by], …].
    """
    claimed = {(one.kind, one.value): one for one in Identity.objects.filter(contact=target, verified_at__isnull=True)}
    notes: list[Note] = []
    for proved in Identity.objects.filter(contact=source, verified_at__isnull=False).order_by("pk"):
        mine = claimed.get((proved.kind, proved.value))
        if mine is not None and proved.verified_at is not None:
            notes.append(
                [proved.pk, mine.pk, proved.verified_at.isoformat(), proved.verified_how, proved.verified_by_id]
            )
            _prove(mine.pk, notes[-1], instead_of=proved.pk)
    return notes


def give_proofs_back(notes: list[Note]) -> None:
    for note in notes:
        _prove(note[0], note, instead_of=note[1])


def gaps(source: Contact, target: Contact) -> dict[str, list[Any]]:
    """What the target doesn't know and the source does: {field: [before, after]}."""
    notes: dict[str, list[Any]] = {}
    for name in FIELDS:
        mine, theirs = getattr(target, name), getattr(source, name)
        if not mine and theirs:
            notes[name] = [mine, theirs]
    added = {key: value for key, value in source.custom.items() if key not in target.custom}
    if added:
        notes["custom"] = [None, added]
    values = {name: after for name, (_before, after) in notes.items() if name != "custom"}
    if notes:
        Contact.objects.filter(pk=target.pk).update(**values, custom={**target.custom, **added})
    return notes


def open_gaps(notes: dict[str, list[Any]], target: Contact) -> None:
    """What was filled is empty again, unless somebody has written something else there."""
    values = {
        name: before for name, (before, after) in notes.items() if name != "custom" and getattr(target, name) == after
    }
    added = notes.get("custom", [None, {}])[1]
    custom = {key: value for key, value in target.custom.items() if key not in added or value != added[key]}
    if values or custom != target.custom:
        Contact.objects.filter(pk=target.pk).update(**values, custom=custom)


def _prove(identity_id: int, note: Note, *, instead_of: int) -> None:
    # First the one, then the other: only one of a brand can have proved it.
    given_up = Identity.objects.filter(pk=instead_of, verified_at__isnull=False)
    if given_up.update(verified_at=None, verified_how="", verified_by=None):
        Identity.objects.filter(pk=identity_id).update(
            verified_at=dt.datetime.fromisoformat(note[2]), verified_how=note[3], verified_by=note[4]
        )
