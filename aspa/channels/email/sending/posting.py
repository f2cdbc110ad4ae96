"""A message on its way to the customer by mail, at most once.

What a letter is doesn't change from one try to the next (its Message-ID least of all), and how far it got is kept in
`Letter.handover`: OPEN is written just before the server can have all of it, TAKEN when it has said yes. A worker that
dies between the two leaves OPEN, and then nobody knows: the message fails with words that say so, and only a person
sends it again. A second copy has the same Message-ID, by which many mail programs show one letter. What remains is a
worker that dies after it has said so and before that is stored (some milliseconds): then the next try sends it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from aspa.channels.email import lines
from aspa.channels.email.models import Letter, Line
from aspa.channels.email.sending import sent_copy, services, smtp
from aspa.channels.email.sending.addressing import Recipients, recipients_of
from aspa.channels.email.sending.composing import compose
from aspa.channels.email.sending.handing import LineDown, Parcel, Taken, Unknown
from aspa.channels.email.sending.threads import Place, place_of
from aspa.channels.email.settings import Settings, of
from aspa.core.conversations import activities
from aspa.core.conversations.changing import changing
from aspa.core.conversations.models import Message
from aspa.core.inboxes.channel import DeliveryFailed

if TYPE_CHECKING:
    from email.message import EmailMessage

Handover = Letter.Handover


def post(message: Message) -> str:
    """Send it; returns the provider's id. Raises DeliveryFailed. May be called again after any failure or death."""
    settings = of(message.inbox)
    letter = Letter.objects.filter(message=message).first()
    if letter is not None and letter.handover == Handover.TAKEN:
        return _external_id(message) or letter.mail_id
    if letter is not None and letter.handover == Handover.OPEN:
        _note(message, "")
        raise Unknown(_("The sending was cut off. The letter may have been sent."))
    if not settings.address:
        raise DeliveryFailed(_("The inbox has no address yet."), permanent=True)
    recipients = recipients_of(message, settings)
    place = place_of(message, settings, known=letter.mail_id if letter else "")
    _write(message, settings, recipients, place)
    return _send(message, settings, recipients, compose(message, settings, recipients, place))


def _write(message: Message, settings: Settings, recipients: Recipients, place: Place) -> None:
    """Keep the letter before it goes: an answer may be here before we have heard that it was sent."""
    values = {
        "brand": message.conversation.brand,
        "mail_id": place.mail_id,
        "in_reply_to": place.in_reply_to,
        "references": list(place.references),
        "sender": [settings.address, message.agent.public_name if message.agent else message.conversation.brand.name],
        "to": [list(recipients.to)],
        "cc": [[address, ""] for address in recipients.cc],
        "subject": place.subject[:500],
        "date": message.created_at,
    }
    Letter.objects.update_or_create(message=message, defaults=values)


def _send(message: Message, settings: Settings, recipients: Recipients, mail: EmailMessage) -> str:
    parcel = Parcel(mail, settings.address, recipients, lambda: _note(message, Handover.OPEN))
    try:
        by_service = settings.outgoing == "service"
        taken = services.send(parcel, settings) if by_service else smtp.send(parcel, settings, message.inbox_id)
    except Unknown:
        _note(message, "")
        raise
    except LineDown as down:
        _note(message, "")
        lines.failed(message.inbox_id, Line.Direction.OUT, str(down))
        raise
    except DeliveryFailed:
        _note(message, "")
        lines.worked(message.inbox_id, Line.Direction.OUT)
        raise
    _conclude(message, settings, taken)
    return taken.external_id


def _conclude(message: Message, settings: Settings, taken: Taken) -> None:
    """It went: everything that follows from it is kept at once."""
    with transaction.atomic():
        _note(message, Handover.TAKEN)
        Message.objects.for_contact().filter(pk=message.pk).update(external_id=taken.external_id)
        lines.worked(message.inbox_id, Line.Direction.OUT)
        if settings.sent_folder and settings.imap_host:
            sent_copy.keep.enqueue(message_id=message.pk)
        if taken.refused:
            words = "; ".join(f"{address} ({why})" for address, why in taken.refused.items())
            with changing(message.conversation) as current:
                activities.add(current, "copy_refused", addresses=words)


def _note(message: Message, handover: Letter.Handover | str) -> None:
    Letter.objects.filter(message=message).update(handover=handover)


def _external_id(message: Message) -> str | None:
    found = Message.objects.for_contact().filter(pk=message.pk)
    return found.values_list("external_id", flat=True).first()
