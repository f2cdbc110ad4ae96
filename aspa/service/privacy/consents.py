"""Consents by purpose and channel. Each word of the person is a row; the newest one holds.

A word about one channel wins over one about every channel when it is newer, and the other way round.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q

from aspa.core.people import changes
from aspa.kit import clock
from aspa.service.privacy.models import Consent, Purpose

if TYPE_CHECKING:
    from datetime import datetime

    from aspa.core.people.models import Agent, Contact

MARKETING = "marketing"
VISITS = "visits"
PERSONALISATION = "personalisation"
EVERY_CHANNEL = ""
# Of one person's words; nobody changes their mind so often.
MOST = 500


def has(contact: Contact, purpose: str, channel: str = EVERY_CHANNEL) -> bool:
    """Whether the person agrees to this now. Nobody has said anything: no."""
    return bool(
        contact.erased_at is None
        and Consent.objects.filter(Q(channel=channel) | Q(channel=EVERY_CHANNEL), contact=contact, purpose=purpose)
        .order_by("-at", "-pk")
        .values_list("is_given", flat=True)
        .first()
    )


def give(
    contact: Contact,
    purpose: str,
    channel: str = EVERY_CHANNEL,
    *,
    how: str,
    by: Agent | None = None,
    reason: str = "",
    at: datetime | None = None,
) -> Consent | None:
    """The person agrees. `how`: "widget", "customer page", "agent", "shop", "api", "import"; `by` writes it down.

    Returns None when that was so already.
    """
    return _say(contact, purpose, channel, is_given=True, how=how, by=by, reason=reason, at=at)


def withdraw(
    contact: Contact,
    purpose: str,
    channel: str = EVERY_CHANNEL,
    *,
    how: str,
    by: Agent | None = None,
    reason: str = "",
    at: datetime | None = None,
) -> Consent | None:
    """The person doesn't agree (any more). Returns None when the last word was the same."""
    return _say(contact, purpose, channel, is_given=False, how=how, by=by, reason=reason, at=at)


def standing(contact: Contact) -> list[Consent]:
    """The newest word for each purpose and channel, in the order in which they were first spoken of."""
    newest: dict[tuple[str, str], Consent] = {}
    for said in history(contact):
        newest.setdefault((said.purpose, said.channel), said)
    return sorted(newest.values(), key=lambda said: (said.purpose, said.channel))


def history(contact: Contact) -> list[Consent]:
    """All that was said, newest first."""
    return list(Consent.objects.filter(contact=contact).select_related("agent").order_by("-at", "-pk")[:MOST])


@transaction.atomic
def _say(
    contact: Contact,
    purpose: str,
    channel: str,
    *,
    is_given: bool,
    how: str,
    by: Agent | None,
    reason: str,
    at: datetime | None,
) -> Consent | None:
    last = Consent.objects.filter(contact=contact, purpose=purpose, channel=channel).order_by("-at", "-pk").first()
    is_known = last is not None and last.is_given == is_given and (at is None or last.at <= at)
    # A newer word about every channel may have said the opposite since.
    if is_known and (channel == EVERY_CHANNEL or has(contact, purpose, channel) == is_given):
        return None
    said = Consent.objects.create(
        contact=contact,
        purpose=purpose,
        channel=channel,
        is_given=is_given,
        at=at or clock.now(),
        how=how,
        agent=by,
        reason=reason,
        text_version=_version(contact, purpose),
    )
    changes.touch([contact.pk])
    return said


def _version(contact: Contact, purpose: str) -> int:
    """Which text the brand shows for it now; 1 where the brand has written none."""
    return Purpose.objects.filter(brand=contact.brand_id, key=purpose).values_list("version", flat=True).first() or 1
