"""The letter with a code. No word of the customer's own is in it: the address may be a stranger's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import override

from aspa.core.inboxes import letters

if TYPE_CHECKING:
    from aspa.core.inboxes.models import Brand
    from aspa.service.verification.models import Challenge, SignIn


def send(challenge: Challenge, code: str) -> None:
    conversation = challenge.conversation
    brand = conversation.brand
    with override(brand.spoken(conversation.language or challenge.contact.language)):
        lines = (
            _("Your code is %(code)s") % {"code": f"{code[:3]} {code[3:]}"},
            _("It is valid for ten minutes. Write it in the chat with us, or on your own page of the matter."),
            _(
                "Somebody gave us this address in the matter %(reference)s. If that wasn't you, do nothing: without the "
                "code nothing happens. We never ask for it by phone."
            )
            % {"reference": conversation.reference},
        )
        _send(brand, challenge.value, lines)


def send_for_sign_in(asked: SignIn, code: str) -> None:
    brand = asked.brand
    with override(brand.spoken(asked.language)):
        lines = (
            _("Your code is %(code)s") % {"code": f"{code[:3]} {code[3:]}"},
            _("It is valid for ten minutes. Write it on the page where you asked for it."),
            _(
                "Somebody gave this address to sign in on our help pages. If that wasn't you, do nothing: without the code "
                "nothing happens. We never ask for it by phone."
            ),
        )
        _send(brand, asked.email, lines)


def _send(brand: Brand, email: str, lines: tuple[str, ...]) -> None:
    letters.send(brand, email, _("Your code for %(brand)s") % {"brand": brand.name}, lines)
