"""What of a person every table holds: the one place from which people are shown, copied, erased and kept for how long.

Each app says it of its own tables in `holdings.py`, parents before their children:

    declare(
        "shops.Order", _("Orders"), of="contact",
        fields={"number": _("Number"), "placed_at": _("Placed")},
        erased=DELETE, purpose=_("…"), basis=Basis.CONTRACT, kept=_("…"),
    )
    nothing_personal("shops.Product", because=_("…"))

Erasing goes the other way round: children before parents, and the contact itself last.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.db.models import Model, QuerySet
    from django.utils.functional import _StrOrPromise

    Rows = Callable[[list[int]], QuerySet[Any]]


class Basis(models.TextChoices):
    """Why it may be kept: the lawful bases of the General Data Protection Regulation, article 6."""

    CONSENT = "consent", _("Consent")
    CONTRACT = "contract", _("Contract with the customer")
    LAW = "law", _("Legal obligation")
    INTEREST = "interest", _("Legitimate interest")


@dataclass(frozen=True, slots=True)
class Delete:
    """The rows go, and with them what refers to them."""


@dataclass(frozen=True, slots=True)
class Blank:
    """The rows stay as figures; these fields get these values: {field: value or a function of the row}."""

    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class By:
    """The app's own way. `work(contact_ids, limit)` erases at most `limit` rows and says how many; 0 is the end."""

    work: Callable[[list[int], int], int]


@dataclass(frozen=True, slots=True)
class Keep:
    """Nothing is done to the rows, for this reason, which the register shows."""

    because: _StrOrPromise


DELETE = Delete()


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """What one table holds of a person."""

    model: str
    title: _StrOrPromise
    of: str | Rows
    own: Callable[[QuerySet[Any], list[int]], QuerySet[Any]] | None
    fields: Mapping[str, _StrOrPromise]
    erased: Delete | Blank | By | Keep
    files: tuple[str, ...]
    purpose: _StrOrPromise
    basis: Basis
    kept: _StrOrPromise
    retention: str

    @property
    def table(self) -> type[Model]:
        return apps.get_model(self.model)

    def rows(self, contact_ids: list[int]) -> QuerySet[Any]:
        """What it holds of these contacts (one, and those merged into it)."""
        if callable(self.of):
            return self.of(contact_ids)
        return self.table._base_manager.filter(**{f"{self.of}__in": contact_ids})

    def rows_to_copy(self, contact_ids: list[int]) -> QuerySet[Any]:
        """Of these, what isn't somebody else's as well: a copy must not tell of other people."""
        return self.own(self.rows(contact_ids), contact_ids) if self.own else self.rows(contact_ids)


holdings: dict[str, Holding] = {}  # by the model's label in small letters
impersonal: dict[str, _StrOrPromise] = {}  # the same, with the reason
impersonal_tables: dict[str, _StrOrPromise] = {}  # by the table's name, where there is no model


def declare(
    model: str,
    title: _StrOrPromise,
    *,
    of: str | Rows,
    fields: Mapping[str, _StrOrPromise],
    erased: Delete | Blank | By | Keep,
    purpose: _StrOrPromise,
    basis: Basis,
    kept: _StrOrPromise,
    files: tuple[str, ...] = (),
    own: Callable[[QuerySet[Any], list[int]], QuerySet[Any]] | None = None,
    retention: str = "",
) -> None:
    """Say what a table ("app.Model") holds of a person.

    of: the path to Contact ("contact", "message__conversation__contact"), or a function of contact ids giving the rows.
    fields: what the person gets a copy of, and under which name; a path ("product__name") may go through relations.
    own: narrows the rows for the person's copy, where some of them tell of other people.
    files: FileFields whose files leave the storage with the row, and go into the copy.
    kept: how long, where no retention rule (`retention`: its kind) says otherwise.
    """
    holdings[model.lower()] = Holding(
        model=model,
        title=title,
        of=of,
        own=own,
        fields=fields,
        erased=erased,
        files=files,
        purpose=purpose,
        basis=basis,
        kept=kept,
        retention=retention,
    )


def nothing_personal(*tables: str, because: _StrOrPromise) -> None:
    """Say that these tables (models "app.Model", or tables without one by their name) hold nothing of a customer."""
    for table in tables:
        (impersonal if "." in table else impersonal_tables)[table.lower()] = because
