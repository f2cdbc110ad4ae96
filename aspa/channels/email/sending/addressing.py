"""Whom a letter goes to."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from aspa.channels.email.models import Letter
from aspa.channels.email.reading.mail import Verdict
from aspa.core.conversations.models import Message
from aspa.core.inboxes.channel import DeliveryFailed
from aspa.core.people.models import Identity

if TYPE_CHECKING:
    from aspa.channels.email.settings import Settings
    from aspa.core.conversations.models import Conversation


@dataclasses.dataclass(frozen=True, slots=True)
class Recipients:
    """`to` is the customer: [email, name]. The others are addresses alone."""

    to: tuple[str, str]
    cc: tuple[str, ...] = ()
    bcc: tuple[str, ...] = ()

    @property
    def all(self) -> list[str]:
        """Each address once, the customer's first."""
        return list(dict.fromkeys((self.to[0], *self.cc, *self.bcc)))


def recipients_of(message: Message, settings: Settings) -> Recipients:
    """Raises DeliveryFailed when no address of the customer is known, or it is only a forger's word."""
    if message.kind == Message.Kind.ACTIVITY and _is_forged(message):
        raise DeliveryFailed(
            _("The letter isn't from who it says, so nothing is sent to that address by itself."), permanent=True
        )
    email, name = customer_of(message.conversation, settings)
    # What Aspa itself says goes to the customer alone.
    copies = message.copies if message.is_ours else {}
    cc = [address for address in copies.get("cc", []) if address.lower() != email.lower()]
    bcc = [address for address in copies.get("bcc", []) if address.lower() != email.lower()]
    return Recipients((email, name), tuple(cc), tuple(bcc))


def customer_of(conversation: Conversation, settings: Settings) -> tuple[str, str]:
    """Where the customer last wrote from in this conversation; else the address proven to be theirs; else one they told.

    Raises DeliveryFailed when there is none.
    """
    candidates = [*_written_from(conversation), *_identities(conversation)]
    for email, name in candidates:
        if not is_own(email, settings):
            return email, name or conversation.contact.name
    raise DeliveryFailed(_("The customer's e-mail address isn't known."), permanent=True)


def is_own(email: str, settings: Settings) -> bool:
    """Whether mail to this address comes back to the inbox itself, with or without a +tag."""
    local, _at, domain = email.lower().rpartition("@")
    plain = f"{local.partition('+')[0]}@{domain}"
    return bool({email.lower(), plain} & {settings.address, *settings.aliases})


def _is_forged(message: Message) -> bool:
    """Whether the domain of the last sender says that the letter is not its own: a receipt would go to a stranger."""
    letters = Letter.objects.filter(
        message__conversation=message.conversation_id, message__kind=Message.Kind.INCOMING, message_id__lt=message.pk
    )
    letter = letters.order_by("-message_id").first()
    return letter is not None and letter.verdict == Verdict.FAIL


def _written_from(conversation: Conversation) -> list[tuple[str, str]]:
    letters = Letter.objects.filter(
        message__conversation=conversation,
        message__kind=Message.Kind.INCOMING,
        message__contact=conversation.contact_id,
    )
    letter = letters.order_by("-message_id").first()
    if letter is None:
        return []
    # The first address alone: a forged Reply-To with many must not make us write to all of them.
    told = [tuple(address) for address in (*letter.reply_to[:1], letter.sender) if address]
    return [(address[0], address[1]) for address in told if address[0]]


def _identities(conversation: Conversation) -> list[tuple[str, str]]:
    found = Identity.objects.filter(contact=conversation.contact_id, kind=Identity.Kind.EMAIL)
    known = sorted(found, key=lambda identity: (identity.is_verified, identity.pk), reverse=True)
    return [(identity.value, "") for identity in known]
