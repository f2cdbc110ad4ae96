"""The person asks for a copy of everything themselves. Who holds the link to a matter isn't proven to be that person.

So the link to the copy goes by letter to the address that they have proven first: who has only claimed another one, or
has come by somebody's link, gets nothing.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.conf import settings
from django.core import signing
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from aspa.core.inboxes import letters
from aspa.core.people.models import Identity
from aspa.kit import clock
from aspa.service.privacy import copying
from aspa.service.privacy.models import Copy

if TYPE_CHECKING:
    from aspa.core.people.models import Contact

SALT = "aspa.copy"
ONE_IN = dt.timedelta(days=1)


def address_of(contact: Contact) -> str:
    """Where a copy would be announced; empty for somebody who has proven no address."""
    proven = Identity.objects.filter(contact=contact, kind=Identity.Kind.EMAIL, verified_at__isnull=False)
    return proven.order_by("verified_at", "pk").values_list("value", flat=True).first() or ""


def ask(contact: Contact) -> bool:
    """Have a copy made and announced to the proven address. False without one, and for a second one within a day."""
    since = clock.now() - ONE_IN
    if not address_of(contact) or Copy.objects.filter(contact=contact, agent=None, asked_at__gte=since).exists():
        return False
    copying.order(contact, by=None)
    return True


def announce(copy: Copy) -> None:
    """Tell the person that it is there."""
    contact, address = copy.contact, address_of(copy.contact)
    if not address or copy.expires_at is None:
        return
    brand = contact.brand
    with override(brand.spoken(contact.language)):
        lines = (
            _("The copy of what we know of you is ready:"),
            f"{settings.ASPA_URL}/c/copy/{token(copy)}/",
            _("You can fetch it until %(day)s. Whoever has this letter can, too: don’t pass it on.")
            % {"day": date_format(copy.expires_at, "SHORT_DATE_FORMAT")},
            _("If you didn’t ask for it, you needn’t do anything; we would like to hear of it."),
        )
        letters.send(brand, address, _("Your data at %(brand)s") % {"brand": brand.name}, lines)


def token(copy: Copy) -> str:
    # By a hyphen: so it looks like the secrets that are kept out of logs (kit/redaction.py).
    return f"{copy.pk}-{_signer().signature(copy.public_id)}"


def opened(text: str) -> Copy | None:
    """The copy that a letter's token opens; None for one that isn't ours or whose time is over."""
    number, _hyphen, signature = text.partition("-")
    if not (number.isascii() and number.isdigit() and len(number) < 18):
        return None
    there = Copy.objects.filter(pk=int(number), agent=None, expires_at__gt=clock.now()).exclude(file="")
    found = there.select_related("contact__brand").first()
    try:
        return found if found and _signer().unsign(f"{found.public_id}.{signature}") else None
    except signing.BadSignature:
        return None


def _signer() -> signing.Signer:
    return signing.Signer(salt=SALT, sep=".")
