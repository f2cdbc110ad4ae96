"""Custom fields: what a brand wants to know of its customers, and the values that are known."""

from __future__ import annotations

import datetime as dt
import math
import re
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.formats import date_format, get_format, localize
from django.utils.translation import gettext as _

from aspa.core.conversations.changing import Refused
from aspa.core.conversations.rows import select
from aspa.core.people import changes
from aspa.core.people.models import Contact
from aspa.kit import clock, text
from aspa.service.timeline.models import Change, Field

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aspa.core.people.models import Agent

Value = str | int | float | bool
Kind = Field.Kind

LONGEST = 500
NUMBER = re.compile(r"-?\d{1,15}(?:[.,]\d{1,9})?", re.ASCII)
YES, NO = "yes", "no"
CUSTOM = "custom:"


def of_brand(brand_id: int) -> list[Field]:
    """In the brand's own order."""
    return select(Field, "t.brand_id = %s ORDER BY t.position, t.id", [brand_id])


def parse(field: Field, given: str) -> Value | None:
    """The value that a text means, None for none. Raises Refused, its code the field's key."""
    given = text.clean(given)
    if not given:
        return None
    match field.kind:
        case Kind.NUMBER:
            return _number(field, given)
        case Kind.DATE:
            return _date(field, given)
        case Kind.CHOICE if given not in field.choices:
            raise Refused(_("Choose one of those offered."), code=field.key)
        case Kind.YES_NO:
            if given not in (YES, NO):
                raise Refused(_("Choose one of those offered."), code=field.key)
            return given == YES
    if len(given) > LONGEST:
        raise Refused(_("At most %(count)s characters.") % {"count": LONGEST}, code=field.key)
    return given


def written(field: Field, custom: Mapping[str, object]) -> str:
    """The value as `parse` takes it; empty for none."""
    value = field.value_of(custom)
    if isinstance(value, bool):
        return YES if value else NO
    return "" if value is None else str(value)


def typed(field: Field, custom: Mapping[str, object]) -> str:
    """The same as the reader types it: with their decimal sign."""
    said = written(field, custom)
    return said.replace(".", get_format("DECIMAL_SEPARATOR")) if field.kind == Kind.NUMBER else said


def shown(field: Field, custom: Mapping[str, object]) -> str:
    """The value in the reader's words; empty for none."""
    value = field.value_of(custom)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, int | float):
        return str(localize(value, use_l10n=True))
    if value and field.kind == Kind.DATE:
        return date_format(dt.date.fromisoformat(str(value)), "SHORT_DATE_FORMAT")
    return "" if value is None else str(value)


def save(contact: Contact, *, by: Agent | None, values: Mapping[str, str]) -> None:
    """Keep these texts as the fields' values, by key; an empty one takes the value away, keys of no field do nothing.

    Raises Refused, and then nothing is kept.
    """
    with transaction.atomic():
        current = Contact.objects.select_for_update(no_key=True).get(pk=contact.pk)
        custom, changed = dict(current.custom), []
        for field in of_brand(current.brand_id):
            if field.key not in values:
                continue
            value, before = parse(field, values[field.key]), written(field, custom)
            custom.pop(field.key, None)
            if value is not None:
                custom[field.key] = value
            if custom.get(field.key) != current.custom.get(field.key):
                changed.append((f"{CUSTOM}{field.key}", before, written(field, custom)))
        if not changed:
            return
        contact.custom = current.custom = custom
        current.save(update_fields=["custom"])
        Change.objects.create(contact=current, agent=by, changes=changed, at=clock.now())
        changes.touch([current.pk])


def _number(field: Field, given: str) -> int | float:
    given = "".join(given.split())
    if not NUMBER.fullmatch(given):
        raise Refused(_("Write a number, for example 42 or 4,5."), code=field.key)
    value = float(given.replace(",", "."))
    return (
        int(value) if math.isclose(value, round(value), rel_tol=0) and "," not in given and "." not in given else value
    )


def _date(field: Field, given: str) -> str:
    try:
        return dt.date.fromisoformat(given).isoformat()
    except ValueError:
        raise Refused(_("That is not a date."), code=field.key) from None
