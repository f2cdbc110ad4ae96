"""Of two versions of one thing the later stays, in whatever order they come."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
from collections.abc import Iterable
from typing import Any, Generic, TypeVar

from django.db.models import NOT_PROVIDED

from aspa.service.commerce.models import Source, Told

T = TypeVar("T", bound=Told)
TAKEN, KNOWN = "taken", "known"


@dataclasses.dataclass(frozen=True, slots=True)
class Version:
    """One version of a thing: what its row's fields become (None: it is gone). `place` is the record's in its batch."""

    place: int
    external_id: str
    at: dt.datetime
    digest: str
    values: dict[str, Any] | None


@dataclasses.dataclass(slots=True)
class Settled(Generic[T]):
    """`rows` by external id, old and new, none of them stored yet; `before` their contacts as they were.

    `changed_ids`: of those that are to be stored. `winners`: the place of the version that a thing has now, if it is of
    this batch.
    """

    rows: dict[str, T]
    before: dict[str, int | None]
    outcomes: dict[int, str] = dataclasses.field(default_factory=dict)
    winners: dict[str, int] = dataclasses.field(default_factory=dict)
    changed_ids: dict[str, None] = dataclasses.field(default_factory=dict)

    @property
    def changed(self) -> list[T]:
        return [self.rows[external_id] for external_id in self.changed_ids]

    @property
    def contact_ids(self) -> set[int]:
        """Whose the changed things are, and whose they were."""
        contacts = {getattr(row, "contact_id", None) for row in self.changed}
        contacts |= {self.before.get(external_id) for external_id in self.changed_ids}
        return {contact_id for contact_id in contacts if contact_id is not None}


def settle(model: type[T], source: Source, versions: Iterable[Version], rows: dict[str, T] | None = None) -> Settled[T]:
    """Lay the versions over what is stored; the caller stores `changed`. The source's row is locked by the caller."""
    versions = list(versions)
    if rows is None:
        rows = stored(model, source, {version.external_id for version in versions})
    settled = Settled(rows, {key: getattr(row, "contact_id", None) for key, row in rows.items()})
    for version in versions:
        row = rows.get(version.external_id)
        if row is None:
            row = rows[version.external_id] = model(source=source, external_id=version.external_id)
        outcome = settled.outcomes[version.place] = _lay(row, version)
        if outcome == TAKEN:
            settled.changed_ids[version.external_id] = None
            # One that is gone and came back since keeps what it came back with.
            if row.updated_at is None or row.updated_at == version.at:
                settled.winners[version.external_id] = version.place
    return settled


def stored(model: type[T], source: Source, external_ids: Iterable[str]) -> dict[str, T]:
    found = model._default_manager.filter(source_id=source.pk, external_id__in=list(external_ids))
    return {row.external_id: row for row in found}


def digest(record: object) -> str:
    """Tells a repeated version from another one of the same moment."""
    return hashlib.blake2b(repr(record).encode(), digest_size=16).hexdigest()


def _lay(row: Told, version: Version) -> str:
    if row.deleted_at is not None and version.at <= row.deleted_at:
        return KNOWN
    if row.updated_at is not None and version.at < row.updated_at:
        if version.values is None:
            row.deleted_at = version.at
            return TAKEN
        return KNOWN
    if version.values is None:
        _empty(row)
        row.deleted_at = version.at
        return TAKEN
    if version.at == row.updated_at and version.digest == row.digest:
        return KNOWN
    row.updated_at, row.digest = version.at, version.digest
    for name, value in version.values.items():
        setattr(row, name, value)
    return TAKEN


def _empty(row: Told) -> None:
    """Nothing of it, or of whom it was, is kept."""
    for field in row._meta.concrete_fields:
        if not field.primary_key and field.name not in ("source", "external_id"):
            default = None if field.default is NOT_PROVIDED and field.null else field.get_default()
            setattr(row, field.attname, default)
