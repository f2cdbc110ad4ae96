"""The letter with a code. No word of the customer's own is in it: the address may be a stranger's."""

from __future__ import annotations

from email.utils import formataddr, parseaddr
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.translation import gettext as _
from django.utils.translation import override

if TYPE_CHECKING:
    from aspa.service.verification.models import Challenge

# RFC 3834: no machine answers this.
HEADERS = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}


def send(challenge: Challenge, code: str) -> None:
    conversation = challenge.conversation
    brand = conversation.brand
    with override(brand.spoken(conversation.language or challenge.contact.language)):
        subject = _("Your code for %(brand)s") % {"brand": brand.name}
        lines = (
            _("Your code is %(code)s") % {"code": f"{code[:3]} {code[3:]}"},
            _("It is valid for ten minutes. Write it in the chat with us, or on your own page of the matter."),
            _(
                "Somebody gave us this address in the matter %(reference)s. If that wasn't you, do nothing: without the "
                "code nothing happens. We never ask for it by phone."
            )
            % {"reference": conversation.reference},
        )
        sender = formataddr((brand.name, parseaddr(settings.DEFAULT_FROM_EMAIL)[1]))
        EmailMessage(subject, "\n\n".join((*lines, brand.name)), sender, [challenge.value], headers=HEADERS).send()
