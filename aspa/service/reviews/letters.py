"""Letters about reviews, to where the shop itself writes to the customer or to an address that they have proved."""

from __future__ import annotations

from email.utils import formataddr, parseaddr
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.mail import EmailMessage

from aspa.core.people.models import Identity
from aspa.service.commerce.models import Customer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aspa.core.inboxes.models import Brand
    from aspa.core.people.models import Contact
    from aspa.service.commerce.models import Order

# RFC 3834: no machine answers this.
HEADERS = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}


def address_of(contact: Contact, order: Order | None) -> str:
    """Empty when we know none. `order`: of whose shop the letter is."""
    known = Customer.objects.none()
    if order is not None:
        known = Customer.objects.filter(source=order.source_id, contact=contact).exclude(email="")
    proved = contact.identities.filter(kind=Identity.Kind.EMAIL, verified_at__isnull=False)
    return (
        known.order_by("-told_at", "-pk").values_list("email", flat=True).first()
        or proved.order_by("-verified_at").values_list("value", flat=True).first()
        or ""
    )


def send(brand: Brand, address: str, subject: str, parts: Sequence[str], *, unsubscribe: str = "") -> None:
    """In the brand's name; `unsubscribe` is the address that ends letters like this."""
    sender = formataddr((brand.name, parseaddr(settings.DEFAULT_FROM_EMAIL)[1]))
    headers = {**HEADERS, "List-Unsubscribe": f"<{unsubscribe}>"} if unsubscribe else HEADERS
    EmailMessage(subject, "\n\n".join((*parts, brand.name)), sender, [address], headers=headers).send()
