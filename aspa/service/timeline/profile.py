"""Changing what is known of a customer: each change is kept with who made it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aspa.core.conversations import events
from aspa.core.conversations.changing import Refused, changing
from aspa.core.conversations.models import Conversation, Event
from aspa.core.inboxes.channel import channels
from aspa.core.people import changes
from aspa.core.people.models import Company, Contact
from aspa.kit import clock
from aspa.service.timeline.models import Change, Preference

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aspa.core.people.models import Agent

# What a `Change` tells of, in words.
WORDS = {
    "name": gettext_lazy("name"),
    "language": gettext_lazy("language"),
    "tier": gettext_lazy("customer tier"),
    "company": gettext_lazy("company"),
    "channel": gettext_lazy("preferred channel"),
    "address": gettext_lazy("form of address"),
    "wishes": gettext_lazy("wishes"),
}
OF_CONTACT = ("name", "language", "tier")
OF_PREFERENCE = ("channel", "address", "wishes")
LENGTHS = {"name": 160, "tier": 40, "company": 160, "wishes": 300}
# Of the customer's open conversations, so many hear of it.
MOST_TOLD = 50
SUGGESTED = 8


def change(contact: Contact, *, by: Agent, values: Mapping[str, str]) -> None:
    """Keep these, of WORDS; what isn't named stays. A company is named, and made if the brand has none of that name.

    Raises Refused, and then nothing is kept.
    """
    wanted = {what: " ".join(value.split())[: LENGTHS.get(what, 40)] for what, value in values.items() if what in WORDS}
    _check(wanted)
    with transaction.atomic():
        current = (
            Contact.objects.select_for_update(no_key=True, of=("self",)).select_related("company").get(pk=contact.pk)
        )
        preference = Preference.objects.filter(contact=current).first() or Preference(contact=current)
        before = known(current, preference)
        changed = [what for what, value in wanted.items() if value != before[what]]
        if not changed:
            return
        _keep(current, preference, {what: wanted[what] for what in changed})
        told = [(what, before[what], wanted[what]) for what in changed]
        Change.objects.create(contact=current, agent=by, changes=told, at=clock.now())
        changes.touch([current.pk])
        _tell(current, by, changed)


def known(contact: Contact, preference: Preference | None) -> dict[str, str]:
    """What of WORDS is known, empty for what isn't."""
    found = {what: str(getattr(contact, what)) for what in OF_CONTACT}
    found["company"] = contact.company.name if contact.company else ""
    return found | {what: str(getattr(preference, what)) if preference else "" for what in OF_PREFERENCE}


def preference_of(contact: Contact) -> Preference | None:
    return Preference.objects.filter(contact=contact).first()


def companies(brand_id: int, words: str) -> list[Company]:
    """Those of the brand whose name begins so, a few."""
    return list(Company.objects.filter(brand=brand_id, name__istartswith=words)[:SUGGESTED])


def _check(wanted: Mapping[str, str]) -> None:
    if wanted.get("language", "") not in ("", *dict(settings.LANGUAGES)):
        raise Refused(_("Choose one of those offered."), code="language")
    if wanted.get("channel", "") not in ("", *(channel.key for channel in channels())):
        raise Refused(_("Choose one of those offered."), code="channel")
    if wanted.get("address", "") not in ("", *Preference.Address.values):
        raise Refused(_("Choose one of those offered."), code="address")


def _keep(contact: Contact, preference: Preference, values: Mapping[str, str]) -> None:
    for what, value in values.items():
        if what == "company":
            contact.company = _company(contact.brand_id, value)
        else:
            setattr(preference if what in OF_PREFERENCE else contact, what, value)
    contact.save(update_fields=[what for what in values if what not in OF_PREFERENCE])
    if any(what in OF_PREFERENCE for what in values):
        preference.save()


def _company(brand_id: int, name: str) -> Company | None:
    if not name:
        return None
    found = Company.objects.filter(brand=brand_id, name__iexact=name).first()
    return found or Company.objects.create(brand_id=brand_id, name=name)


def _tell(contact: Contact, by: Agent, changed: list[str]) -> None:
    """The open conversations: what waits in a queue may have another place, and other agents' screens another name."""
    told = [what for what in changed if what in (*OF_CONTACT, "company")]
    if not told:
        return
    going_on = Conversation.objects.filter(contact=contact).exclude(status=Conversation.Status.CLOSED)
    for conversation in going_on.order_by("pk")[:MOST_TOLD]:
        with changing(conversation) as current:
            events.record(current, Event.Kind.IDENTIFIED, agent=by, changed=told, tier=contact.tier)
