"""Letters in a brand's name that belong to no conversation: a code, a decision, that something is new."""

from __future__ import annotations

from email.utils import formataddr, parseaddr
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.mail import EmailMessage

from aspa.core.people.models import Identity

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from aspa.core.inboxes.models import Brand

# RFC 3834: no machine answers this.
HEADERS = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}


def addresses(contact_ids: Collection[int]) -> dict[int, str]:
    """Those that the customers have proven to be theirs, by contact; of several the one proven last."""
    proven = Identity.objects.filter(contact__in=contact_ids, kind=Identity.Kind.EMAIL, verified_at__isnull=False)
    return dict(proven.order_by("verified_at", "pk").values_list("contact", "value"))


def send(brand: Brand, address: str, subject: str, parts: Sequence[str], *, unsubscribe: str = "") -> None:
    """Plain text, the parts an empty line from one another, signed by the brand; raises what the mail server raises.

    `unsubscribe`: the page that ends letters like this (RFC 2369), at once when a mail program posts to it (RFC 8058).
    """
    sender = formataddr((brand.name, parseaddr(settings.DEFAULT_FROM_EMAIL)[1]))
    headers = dict(HEADERS)
    if unsubscribe:
        headers |= {"List-Unsubscribe": f"<{unsubscribe}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    EmailMessage(subject, "\n\n".join((*parts, brand.name)), sender, [address], headers=headers).send()
