"""Erase a person: everything that the declarations name, table by table, in batches, and again where it was cut off.

What remains is a tombstone: a contact without name or address, conversations with their numbers and times, and
messages of which only the kind and the moment is left. Files go before the rows that name them, so that a cut never
leaves a file that nobody knows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from auditlog.context import disable_auditlog
from django.db import connection, transaction

from aspa.core.people import changes
from aspa.core.people.models import Contact
from aspa.kit import clock
from aspa.service.privacy import compacting, graves
from aspa.service.privacy.declaring import Blank, By, Delete, Holding, Keep, holdings
from aspa.service.privacy.models import Erasure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aspa.core.people.models import Agent

# Small, since on SQLite nobody else writes while one is at work.
BATCH = 200
# What an app does in its own way takes longer, a verb or a file for each row.
BY_BATCH = 20
# A task that runs for long holds up the others, and loses more when it is killed.
BATCHES_AT_ONCE = 50
ROUNDS = 2


def erase(contact: Contact, *, by: Agent | None, reason: Erasure.Reason) -> Erasure:
    """Have the person erased, with those merged into them; it begins at once. Asking again changes nothing."""
    from aspa.service.privacy.tasks import go_on_erasing

    with transaction.atomic():
        Contact.objects.select_for_update().get(pk=contact.pk)
        running = Erasure.objects.filter(contact=contact, done_at=None).first()
        if running is not None:
            return running
        erasure = Erasure.objects.create(contact=contact, agent=by, reason=reason, asked_at=clock.now())
        go_on_erasing.enqueue(erasure_id=erasure.pk)
        return erasure


def erase_now(contact: Contact) -> Erasure:
    """Erase, here and to the end, somebody whom a backup has brought back."""
    erasure = Erasure.objects.filter(contact=contact, done_at=None).first() or Erasure.objects.create(
        contact=contact, agent=None, reason=Erasure.Reason.RESTORED, asked_at=clock.now()
    )
    while go_on(erasure):
        pass
    return erasure


def go_on(erasure: Erasure, *, batches: int = BATCHES_AT_ONCE) -> bool:
    """Do the next batches; returns whether there is more. Each batch is a transaction of its own, with its progress."""
    with disable_auditlog(), compacting.overwriting():
        for _batch in range(batches):
            if erasure.done_at is not None:
                return False
            with transaction.atomic():
                _do_batch(erasure)
    return erasure.done_at is None


def _do_batch(erasure: Erasure) -> None:
    steps = _steps(erasure.round)
    names = [holding.model for holding in steps]
    # A table that a newer version no longer knows: from the beginning, it is quick where nothing is left.
    place = names.index(erasure.step) if erasure.step in names else 0
    holding = steps[place]
    people = everyone(erasure.contact_id)
    count, after = _erase_some(holding, people, erasure.after)
    if count:
        erasure.erased[holding.model] = erasure.erased.get(holding.model, 0) + count
    if after:
        erasure.step, erasure.after = holding.model, after
    elif place + 1 < len(steps):
        erasure.step, erasure.after = names[place + 1], ""
    elif erasure.round + 1 < ROUNDS:
        erasure.round, erasure.step, erasure.after = erasure.round + 1, "", ""
    else:
        _finish(erasure, people)
    erasure.save(update_fields=["round", "step", "after", "erased", "done_at"])


def _steps(number: int) -> Sequence[Holding]:
    """Children before parents; who the person is goes last, since others are found by it."""
    everything = [holding for holding in reversed(holdings.values()) if not isinstance(holding.erased, Keep)]
    # What came in until the tombstone stood is found in the second round.
    return everything if number == 0 else [one for one in everything if not one.model.startswith("people.")]


def everyone(contact_id: int) -> list[int]:
    """The contact and those that were merged into it, also by way of others."""
    found, newest = [contact_id], [contact_id]
    while newest:
        merged = Contact.objects.filter(merged_into__in=newest).exclude(pk__in=found)
        newest = list(merged.order_by("pk").values_list("pk", flat=True))
        found += newest
    return found


def _erase_some(holding: Holding, people: list[int], after: str) -> tuple[int, str]:
    """How many rows, and the key of the last one; "" when there are no more."""
    if isinstance(holding.erased, By):
        count = holding.erased.work(people, BY_BATCH)
        return count, "more" if count else ""
    rows = holding.rows(people).order_by("pk")
    if after:
        rows = rows.filter(pk__gt=holding.table._meta.pk.to_python(after))
    found = list(rows[:BATCH])
    if not found:
        return 0, ""
    _remove_files(holding, found)
    if isinstance(holding.erased, Delete):
        holding.table._base_manager.filter(pk__in=[row.pk for row in found]).delete()
    elif isinstance(holding.erased, Blank):
        _blank(holding, holding.erased, found)
    return len(found), str(found[-1].pk) if len(found) == BATCH else ""


def _remove_files(holding: Holding, rows: Sequence[Any]) -> None:
    for row in rows:
        for name in holding.files:
            if file := getattr(row, name):
                file.storage.delete(file.name)


def _blank(holding: Holding, how: Blank, rows: Sequence[Any]) -> None:
    """Rows that are to become alike together, and none that is so already: customers' messages wait meanwhile."""
    values = {**dict.fromkeys(holding.files, ""), **how.values}
    alike: dict[str, tuple[dict[str, Any], list[Any]]] = {}
    for row in rows:
        new = {name: value(row) if callable(value) else value for name, value in values.items()}
        changed = {name: value for name, value in new.items() if value != getattr(row, name)}
        if changed:
            alike.setdefault(repr(changed), (changed, []))[1].append(row.pk)
    for changed, pks in alike.values():
        holding.table._base_manager.filter(pk__in=pks).update(**changed)


def _finish(erasure: Erasure, people: list[int]) -> None:
    erasure.done_at = clock.now()
    changes.touch(people)
    graves.write(people)
    if connection.vendor == "sqlite":
        transaction.on_commit(compacting.empty_the_log)
