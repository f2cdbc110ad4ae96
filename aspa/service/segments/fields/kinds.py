"""The kinds of fields that a condition can ask of a customer. Each answers with a condition on contacts for the database.

A value is what a person wrote or chose: text that `read` turns into what is compared, always as a parameter.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, ClassVar

from django.db.models import Count, Exists, OuterRef, Q, Subquery, Sum, Value
from django.db.models.expressions import Combinable
from django.db.models.fields import DecimalField, TextField
from django.db.models.functions import Coalesce, Lower
from django.db.models.lookups import Contains, Exact, GreaterThanOrEqual, LessThanOrEqual
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.utils.functional import _StrOrPromise

Choices = tuple[tuple[str, "_StrOrPromise"], ...]

LONGEST_AGO, LARGEST = 36_500, 10**12
NOBODY = Q(pk__in=[])


@dataclasses.dataclass(frozen=True, kw_only=True)
class Field:
    """`group` is the heading under which it is offered.

    `in_conversations`: what happens in conversations changes it, so the journal tells when to look again.
    """

    key: str
    name: _StrOrPromise
    group: _StrOrPromise = ""
    in_conversations: bool = False
    choices: Choices = ()

    kind: ClassVar[str]

    def read(self, value: str) -> Any:
        """What the value means. Raises ValueError, with a sentence for who wrote it, when it means nothing here."""
        if self.choices and value not in {choice for choice, _name in self.choices}:
            raise ValueError(_("Choose one of the list."))
        if not value:
            raise ValueError(_("Say what it is compared with."))
        return value

    def holds(self, op: str, value: Any, now: dt.datetime) -> Q:
        """Of which contacts it holds; `value` as `read` gave it."""
        raise NotImplementedError


@dataclasses.dataclass(frozen=True, kw_only=True)
class Text(Field):
    """Words in a column, or what an expression gives; small and capital letters are the same."""

    of: str | Combinable
    kind: ClassVar[str] = "text"

    def holds(self, op: str, value: Any, now: dt.datetime) -> Q:
        if op in ("known", "unknown"):
            is_empty = Q(Exact(self._words, ""))
            return is_empty if op == "unknown" else ~is_empty
        # Both by the database, since not all of them know every small letter.
        words, wanted = Lower(self._words), Lower(Value(value))
        if op == "has":
            return Q(Contains(words, wanted))
        return Q(Exact(words, wanted)) if op == "is" else ~Q(Exact(words, wanted))

    @property
    def _words(self) -> Any:
        return Coalesce(self.of, Value(""), output_field=TextField())


@dataclasses.dataclass(frozen=True, kw_only=True)
class Choice(Field):
    """One of a few: a language, a company."""

    path: str
    kind: ClassVar[str] = "choice"

    def holds(self, op: str, value: Any, now: dt.datetime) -> Q:
        is_that = Q(**{self.path: value})
        return is_that if op == "is" else ~is_that


@dataclasses.dataclass(frozen=True, kw_only=True)
class Number(Field):
    """What an expression gives, a number."""

    of: Any
    kind: ClassVar[str] = "number"

    def read(self, value: str) -> Any:
        return number(value)

    def holds(self, op: str, value: Any, now: dt.datetime) -> Q:
        compare = GreaterThanOrEqual if op == "at_least" else LessThanOrEqual
        return Q(compare(self.of, value))


@dataclasses.dataclass(frozen=True, kw_only=True)
class Date(Field):
    """What an expression gives, a day as "2026-11-22"."""

    of: Combinable
    kind: ClassVar[str] = "date"

    def read(self, value: str) -> Any:
        try:
            return dt.date.fromisoformat(value).isoformat()
        except ValueError:
            raise ValueError(_("That is not a date.")) from None

    def holds(self, op: str, value: Any, now: dt.datetime) -> Q:
        day = Coalesce(self.of, Value(""), output_field=TextField())
        if op == "since":
            return Q(GreaterThanOrEqual(day, value))
        return Q(LessThanOrEqual(day, value)) & ~Q(Exact(day, ""))


@dataclasses.dataclass(frozen=True, kw_only=True)
class Flag(Field):
    """What an expression gives, "true" when it is so."""

    of: Combinable
    kind: ClassVar[str] = "fact"

    def holds(self, op: str, value: Any, now: dt.datetime) -> Q:
        so = Q(Exact(Coalesce(self.of, Value(""), output_field=TextField()), "true"))
        return so if op == "yes" else ~so


@dataclasses.dataclass(frozen=True, kw_only=True)
class OfRows(Field):
    """About rows of another table; `contact` is their path to the customer."""

    rows: QuerySet[Any]
    contact: str = "contact"

    @property
    def theirs(self) -> QuerySet[Any]:
        return self.rows.filter(**{self.contact: OuterRef("pk")}).order_by()


@dataclasses.dataclass(frozen=True, kw_only=True)
class Several(OfRows):
    """Whether some row says this."""

    path: str
    kind: ClassVar[str] = "several"

    def holds(self, op: str, value: Any, now: dt.datetime) -> Q:
        found = Q(Exists(self.theirs.filter(**{self.path: value})))
        return found if op == "any" else ~found


@dataclasses.dataclass(frozen=True, kw_only=True)
class Tally(OfRows):
    """How many rows there are, or what a column of them comes to. `minor`: so many of it make the unit that people say."""

    column: str = ""
    minor: int = 1
    kind: ClassVar[str] = "number"

    def read(self, value: str) -> Any:
        return number(value) * self.minor

    def holds(self, op: str, value: Any, now: dt.datetime) -> Q:
        whole = Sum(self.column) if self.column else Count("pk")
        theirs = self.theirs.values(self.contact).annotate(tally=whole).values("tally")
        tally = Coalesce(Subquery(theirs, output_field=DecimalField(max_digits=20, decimal_places=2)), Decimal(0))
        compare = GreaterThanOrEqual if op == "at_least" else LessThanOrEqual
        return Q(compare(tally, value))


@dataclasses.dataclass(frozen=True, kw_only=True)
class Last(OfRows):
    """When there was the last one: within so many days, before that, or never."""

    at: str
    kind: ClassVar[str] = "moment"

    def read(self, value: str) -> Any:
        days = number(value)
        if not 0 < days <= LONGEST_AGO:
            raise ValueError(_("Say a number of days, at least one."))
        return dt.timedelta(days=float(days))

    def holds(self, op: str, value: Any, now: dt.datetime) -> Q:
        if op == "never":
            return ~Q(Exists(self.theirs))
        lately = Q(Exists(self.theirs.filter(**{f"{self.at}__gt": now - value})))
        return lately if op == "within" else Q(Exists(self.theirs)) & ~lately

    def turned(self, value: dt.timedelta, after: dt.datetime, until: dt.datetime) -> QuerySet[Any]:
        """Whose answer time alone may have changed after the one moment and up to the other: their ids."""
        passed = {f"{self.at}__gt": after - value, f"{self.at}__lte": until - value}
        return self.rows.filter(**passed).order_by().values_list(self.contact, flat=True).distinct()


@dataclasses.dataclass(frozen=True, kw_only=True)
class Fact(OfRows):
    """Whether there is such a row at all."""

    kind: ClassVar[str] = "fact"

    def holds(self, op: str, value: Any, now: dt.datetime) -> Q:
        found = Q(Exists(self.theirs))
        return found if op == "yes" else ~found


def number(value: str) -> Decimal:
    """As people write it: "12,5", "1 200". Raises ValueError with a sentence."""
    try:
        found = Decimal("".join(value.split()).replace(",", "."))
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite() or abs(found) > LARGEST:
        raise ValueError(_("Write a number."))
    return found
