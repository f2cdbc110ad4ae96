"""Which customers of a brand a rule means, as one question to the database: for one, some or all of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext as _

from aspa.core.people.models import Contact
from aspa.service.segments.conditions import NEED_NO_VALUE, OPS, Condition, Group
from aspa.service.segments.fields.kinds import NOBODY, Field, Last

if TYPE_CHECKING:
    from django.db.models import QuerySet

Fields = Mapping[str, Field]


def everybody(brand: int) -> QuerySet[Contact]:
    """Whom segments are made of: not those who were merged into others, and not the erased."""
    return Contact.objects.filter(brand=brand, merged_into__isnull=True, erased_at__isnull=True)


def matching(brand: int, rule: Group, fields: Fields, now: dt.datetime) -> QuerySet[Contact]:
    """Those of whom the rule holds. What a condition names and no longer exists holds of nobody."""
    return everybody(brand).filter(_holds(rule, fields, now))


def faults(rule: Group, fields: Fields) -> dict[int, str]:
    """What is wrong with the conditions, by their number: a sentence for who wrote it."""
    found = {}
    for number, condition in enumerate(rule.conditions()):
        try:
            _meant(condition, fields)
        except ValueError as error:
            found[number] = str(error)
    return found


def of_days(rule: Group, fields: Fields) -> Iterator[tuple[Last, dt.timedelta]]:
    """The conditions whose answer changes by itself as time passes."""
    for condition in rule.conditions():
        field = fields.get(condition.field)
        if isinstance(field, Last) and condition.op in ("within", "over"):
            yield field, field.read(condition.value)


def _holds(part: Group | Condition, fields: Fields, now: dt.datetime) -> Q:
    if isinstance(part, Condition):
        try:
            field, value = _meant(part, fields)
        except ValueError:
            return NOBODY
        return field.holds(part.op, value, now)
    parts = [_holds(one, fields, now) for one in part.parts]
    if not parts:
        return NOBODY
    whole = parts[0]
    for one in parts[1:]:
        whole = whole & one if part.every else whole | one
    return whole


def _meant(condition: Condition, fields: Fields) -> tuple[Field, Any]:
    field = fields.get(condition.field)
    if field is None:
        raise ValueError(_("This is no longer known of customers."))
    if condition.op not in OPS[field.kind]:
        raise ValueError(_("That can’t be asked here."))
    return field, None if condition.op in NEED_NO_VALUE else field.read(condition.value)
