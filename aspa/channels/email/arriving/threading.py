"""Which conversation a mail continues: said by a token of ours, by the ids it answers, or by a number in its subject.

The last two are anybody's to write, so there the sender must have taken part in that conversation. A batch is asked
together, with a handful of queries.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

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


class Asked(NamedTuple):
    """A mail to be threaded; `mail_to` are the recipients of the envelope."""

    understood: Understood
    brand: Brand
    mail_to: Sequence[str] = ()


def conversations_of(mails: Sequence[Asked]) -> list[int | None]:
    """The id of the conversation that each continues, or None."""
    tokened = [_by_token(one) for one in mails]
    numbered = [_by_subject(one) for one in mails]
    brands = _brands({pk for pks in (*tokened, *numbered) for pk in pks})
    answered = _by_answered(mails)
    certain = [
        next((pk for pk in pks if brands.get(pk) == one.brand.pk), None)
        for one, pks in zip(mails, tokened, strict=True)
    ]
    # By sender and conversation: whoever wants to join must have taken part.
    wishes: list[list[int]] = [
        [] if sure or not _may_join(one) else [*ids, *(pk for pk in pks if brands.get(pk) == one.brand.pk)]
        for one, sure, ids, pks in zip(mails, certain, answered, numbered, strict=True)
    ]
    participants = _participants({pk for pks in wishes for pk in pks})
    return [
        sure or next((pk for pk in pks if _sender(one) in participants[pk]), None)
        for one, sure, pks in zip(mails, certain, wishes, strict=True)
    ]


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
    named = _named(texts)
    brands = _brands(named)
    return next((pk for pk in named if brands.get(pk) == brand.pk), None)


def _by_token(one: Asked) -> list[int]:
    mail = one.understood.mail
    addresses = [*one.mail_to, *mail.delivered_to, *(address.email for address in (*mail.to, *mail.cc))]
    return _named((*addresses, *one.understood.answers[:MOST_ANSWERED]))


def _named(texts: Iterable[str]) -> list[int]:
    return [found for text in texts for token in tokens.tokens_in(text) if (found := tokens.read(token))]


def _by_subject(one: Asked) -> list[int]:
    """The conversations whose numbers stand in the subject, as "[A-20817]" or "A-20817"."""
    prefix = re.escape(one.brand.reference_prefix)
    numbers = re.findall(rf"(?<![\w-]){prefix}-(\d{{5,12}})(?![\w-])", one.understood.mail.subject, re.IGNORECASE)
    return [pk for number in numbers if (pk := int(number) - FIRST_REFERENCE) > 0]


def _brands(conversation_ids: Iterable[int]) -> dict[int, int]:
    """The brand's id by the conversation's, of those that there are. What is erased goes on no more."""
    ids = set(conversation_ids)
    there = Conversation.objects.filter(pk__in=ids, contact__erased_at=None)
    return dict(there.values_list("pk", "brand")) if ids else {}


def _by_answered(mails: Sequence[Asked]) -> list[list[int]]:
    """For each the conversations of the letters that it answers, the nearest first."""
    answers = [[one[:255] for one in mail.understood.answers[:MOST_ANSWERED]] for mail in mails]
    wanted = {one for ids in answers for one in ids}
    if not wanted:
        return [[] for _ in mails]
    rows = Letter.objects.filter(brand__in={one.brand.pk for one in mails}, mail_id__in=wanted)
    found = {
        (brand, mail_id): pk for brand, mail_id, pk in rows.values_list("brand", "mail_id", "message__conversation")
    }
    return [
        list(dict.fromkeys(found[mail.brand.pk, one] for one in ids if (mail.brand.pk, one) in found))
        for mail, ids in zip(mails, answers, strict=True)
    ]


def _may_join(one: Asked) -> bool:
    return one.understood.mail.sender is not None and not one.understood.is_doubted


def _sender(one: Asked) -> str:
    sender = one.understood.mail.sender
    return sender.email if sender else ""


def _participants(conversation_ids: set[int]) -> dict[int, set[str]]:
    """By conversation: the customer's addresses, as far as they have told them, and those in its letters."""
    found: defaultdict[int, set[str]] = defaultdict(set)
    if not conversation_ids:
        return found
    told = Identity.objects.filter(contact__conversations__in=conversation_ids, kind=Identity.Kind.EMAIL)
    for pk, address in told.values_list("contact__conversations", "value"):
        found[pk].add(address.lower())
    letters = Letter.objects.filter(message__conversation__in=conversation_ids)
    rows = letters.values_list("message__conversation", "sender", "to", "cc")
    for pk, sender, to, cc in rows.iterator():
        found[pk].update(str(pair[0]).lower() for pair in (sender, *to, *cc) if pair)
    return found
