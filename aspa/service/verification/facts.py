"""Identification data (KYC): kept encrypted, seen by few, and every look is written down."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _
from stdnum.exceptions import ValidationError
from stdnum.fi import hetu

from aspa.core.conversations.changing import Refused
from aspa.core.people import changes
from aspa.kit import clock, text
from aspa.service.verification.models import Fact, Look

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aspa.core.people.models import Agent, Contact
    from aspa.service.verification.models import Identification

Key = Fact.Key
LONGEST = 300


@transaction.atomic
def look(contact: Contact, *, by: Agent) -> list[Fact]:
    """Everything that is known, for an agent who may see it. That they looked is kept, with what there was to see."""
    found = list(Fact.objects.filter(contact=contact).select_related("agent", "identification"))
    found.sort(key=lambda fact: list(Key).index(Key(fact.key)))
    _note(contact, by, Look.What.READ, [fact.key for fact in found])
    return found


def known_keys(contact_id: int) -> list[str]:
    """Which facts there are, without what they say: this is no look."""
    return list(Fact.objects.filter(contact=contact_id).values_list("key", flat=True))


@transaction.atomic
def change(contact: Contact, values: Mapping[str, str], *, by: Agent) -> None:
    """An agent has typed facts; nothing takes one away, and what is as it was stays. Raises Refused for what can't be right."""
    known = {fact.key: fact.value for fact in Fact.objects.filter(contact=contact)}
    given = {key: checked(Key(key), text.clean(value)) for key, value in values.items()}
    new = {key: value for key, value in given.items() if value != known.get(key, "")}
    for key, value in new.items():
        if value:
            typed = {"value": value, "agent": by, "identification": None, "at": clock.now()}
            Fact.objects.update_or_create(contact=contact, key=key, defaults=typed)
        else:
            Fact.objects.filter(contact=contact, key=key).delete()
    if new:
        _note(contact, by, Look.What.CHANGED, sorted(new))
        changes.touch([contact.pk])


def keep(contact: Contact, values: Mapping[str, str], *, identification: Identification) -> None:
    """What a strong identification told; in the caller's transaction. It is worth more than what was typed."""
    for key, value in values.items():
        if key in Key.values:
            kept = {"value": text.clean(value)[:LONGEST], "agent": None, "identification": identification}
            Fact.objects.update_or_create(contact=contact, key=key, defaults={**kept, "at": clock.now()})


def looks(contact_id: int, count: int = 20) -> Sequence[Look]:
    """Who looked, the newest first."""
    return list(Look.objects.filter(contact=contact_id).select_related("agent").order_by("-at", "-pk")[:count])


def checked(key: Fact.Key, value: str) -> str:
    """The value as it is kept. Raises Refused."""
    if len(value) > LONGEST:
        raise Refused(_("At most %(limit)s characters.") % {"limit": LONGEST}, code="long")
    if key == Key.BIRTHDATE and value:
        try:
            return dt.date.fromisoformat(value).isoformat()
        except ValueError as problem:
            raise Refused(_("Write the date as 1985-12-31."), code="date") from problem
    if key == Key.IDENTITY_CODE and value:
        try:
            return str(hetu.validate(value, allow_temporary=True)).upper()
        except ValidationError as problem:
            raise Refused(_("That isn't a personal identity code. Check it."), code="hetu") from problem
    return value


def _note(contact: Contact, by: Agent, what: Look.What, keys: list[str]) -> None:
    Look.objects.create(contact=contact, agent=by, what=what, keys=keys, at=clock.now())
