"""Which conversation a mail continues: said by a token of ours, by the ids it answers, or by a number in its subject.

The last two are anybody's to write, so there the sender must have taken part in that conversation.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING

from aspa.channels.email import tokens
from aspa.channels.email.models import Letter
from aspa.core.conversations.models import Conversation
from aspa.core.conversations.models.conversation import FIRST_REFERENCE
from aspa.core.people.models import Identity

if TYPE_CHECKING:
    from aspa.channels.email.arriving.understanding import Understood
    from aspa.core.inboxes.models import Brand

# References grow with a thread; what is near its end is enough.
MOST_ANSWERED = 50


def conversation_of(understood: Understood, brand: Brand, mail_to: Sequence[str] = ()) -> int | None:
    """The conversation's id. `mail_to` are the recipients of the envelope."""
    by_token = _by_token(understood, brand, mail_to)
    if by_token is not None:
        return by_token
    if understood.is_doubted or understood.mail.sender is None:
        return None
    candidates = [*_by_answered(understood, brand), *_by_subject(understood.mail.subject, brand)]
    sender = understood.mail.sender.email
    return next((one for one in dict.fromkeys(candidates) if _took_part(sender, one)), None)


def apart(mails: Sequence[Understood]) -> list[int]:
    """The places at which a batch has to be cut, so that none of a part answers another of it."""
    cuts: list[int] = []
    ids: set[str] = set()
    for place, understood in enumerate(mails):
        if not ids.isdisjoint(understood.answers):
            cuts.append(place)
            ids = set()
        ids.add(understood.mail.message_id)
    return cuts


def by_tokens(texts: Iterable[str], brand: Brand) -> int | None:
    """The first conversation of the brand that a token in one of the texts names."""
    for text in texts:
        for token in tokens.tokens_in(text):
            found = tokens.read(token)
            if found and Conversation.objects.filter(pk=found, brand=brand).exists():
                return found
    return None


def _by_token(understood: Understood, brand: Brand, mail_to: Sequence[str]) -> int | None:
    mail = understood.mail
    addresses = [*mail_to, *mail.delivered_to, *(one.email for one in (*mail.to, *mail.cc))]
    return by_tokens((*addresses, *understood.answers[:MOST_ANSWERED]), brand)


def _by_answered(understood: Understood, brand: Brand) -> list[int]:
    """The conversations of the letters that it answers, the nearest first."""
    answered = [one[:255] for one in understood.answers[:MOST_ANSWERED]]
    if not answered:
        return []
    found = dict(
        Letter.objects.filter(brand=brand, mail_id__in=answered).values_list("mail_id", "message__conversation")
    )
    return [found[one] for one in answered if one in found]


def _by_subject(subject: str, brand: Brand) -> list[int]:
    """The conversations whose numbers stand in the subject, as "[A-20817]" or "A-20817"."""
    prefix = re.escape(brand.reference_prefix)
    numbers = re.findall(rf"(?<![\w-]){prefix}-(\d{{5,12}})(?![\w-])", subject, re.IGNORECASE)
    ids = [int(number) - FIRST_REFERENCE for number in numbers]
    return list(
        Conversation.objects.filter(pk__in=[one for one in ids if one > 0], brand=brand).values_list("pk", flat=True)
    )


def _took_part(sender: str, conversation_id: int) -> bool:
    """Whether it is the customer's address, as far as they have told it, or one that stood in a letter of the conversation."""
    mine = Identity.objects.filter(
        contact__conversations=conversation_id, kind=Identity.Kind.EMAIL, value__iexact=sender
    )
    if mine.exists():
        return True
    letters = Letter.objects.filter(message__conversation=conversation_id)
    return any(
        _is_among(sender, (*to, *cc, said)) for said, to, cc in letters.values_list("sender", "to", "cc").iterator()
    )


def _is_among(sender: str, pairs: Collection[Sequence[str]]) -> bool:
    return any(pair and str(pair[0]).lower() == sender for pair in pairs)
