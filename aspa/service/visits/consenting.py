"""Whether a visitor lets us keep which pages they look at: the shop's consent banner tells it."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING

from django.db import transaction

from aspa.kit import clock
from aspa.service.privacy import consents
from aspa.service.privacy.models import Consent
from aspa.service.visits.models import BrowserConsent, Visit

if TYPE_CHECKING:
    from aspa.core.people.models import Contact

HOW = "widget"
DAY = dt.timedelta(days=1)


@dataclasses.dataclass(frozen=True, slots=True)
class Browser:
    """Whose browser speaks: the token's hash, and the contact whom it or the shop's signed word names, if any."""

    brand_id: int
    visitor: str
    contact: Contact | None = None


def allow(browser: Browser, *, at: dt.datetime | None = None) -> bool:
    """The visitor agrees, `at` the moment when they did if the shop tells it. Returns whether that holds.

    What they have withdrawn by another way, as on the phone, isn't given back by a banner that only remembers an
    earlier yes.
    """
    if browser.contact is None:
        now = clock.now()
        BrowserConsent.objects.get_or_create(
            visitor=browser.visitor, brand_id=browser.brand_id, defaults={"at": at or now, "seen_at": now}
        )
        return True
    last = _last_word(browser.contact)
    if last is not None and not last.is_given and last.how != HOW and (at is None or at <= last.at):
        return False
    consents.give(browser.contact, consents.VISITS, how=HOW)
    return True


@transaction.atomic
def refuse(browser: Browser) -> None:
    """The visitor doesn't agree, or not any more: what was kept of their pages is forgotten."""
    BrowserConsent.objects.filter(visitor=browser.visitor, brand=browser.brand_id).delete()
    Visit.objects.filter(visitor=browser.visitor, brand=browser.brand_id).delete()
    if browser.contact is not None:
        Visit.objects.filter(contact=browser.contact).delete()
        if _last_word(browser.contact) is not None:
            consents.withdraw(browser.contact, consents.VISITS, how=HOW)


def allows(browser: Browser) -> bool:
    """Whether we may keep pages of this visitor."""
    if browser.contact is not None and consents.has(browser.contact, consents.VISITS):
        return True
    word = BrowserConsent.objects.filter(visitor=browser.visitor, brand=browser.brand_id).first()
    if word is None:
        return False
    if browser.contact is not None:
        # They have only just become a contact.
        return land(browser.contact, word)
    if word.seen_at < clock.now() - DAY:
        BrowserConsent.objects.filter(pk=word.pk).update(seen_at=clock.now())
    return True


@transaction.atomic
def land(contact: Contact, word: BrowserConsent) -> bool:
    """What the visitor said before they were a contact is the contact's word now, unless they have said another since."""
    last = _last_word(contact)
    if last is None or last.at < word.at:
        consents.give(contact, consents.VISITS, how=HOW, at=word.at)
    word.delete()
    return consents.has(contact, consents.VISITS)


def _last_word(contact: Contact) -> Consent | None:
    return Consent.objects.filter(contact=contact, purpose=consents.VISITS).order_by("-at", "-pk").first()
