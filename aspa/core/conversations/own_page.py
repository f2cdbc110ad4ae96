"""The customer's own page of a conversation: the signed link by which they open it without signing in.

Whoever has the link is taken for the customer, so it goes to nobody else: never to a public channel, and it is taken
out of what we quote to others. It holds the conversation's number and a signature that also covers whose conversation
it is and how often the links have been made void.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

from django.conf import settings
from django.core import signing
from django.db import transaction

from aspa.core.conversations import activities
from aspa.core.conversations.models import Conversation
from aspa.core.inboxes.channel import channel_for
from aspa.core.people.models import Contact
from aspa.kit import clock
from aspa.kit.ids import row_id

if TYPE_CHECKING:
    from aspa.core.conversations.models import Message
    from aspa.core.people.models import Agent

SALT = "aspa.own_page"
# Letters lie about for years. What has ended is shown for a while, then no longer.
SHOWN_FOR = dt.timedelta(days=90)
# In `Conversation.context`: how often the links have been made void.
RENEWED = "links_renewed"

_LINK = re.compile(re.escape(f"{settings.ASPA_URL}/c/") + r"[^\s<>\"]*")


def address(conversation: Conversation) -> str:
    """The link, always the same until it is made void."""
    return f"{settings.ASPA_URL}/c/{token(conversation)}/"


def address_in(message: Message) -> str:
    """The link as this message may carry it: none where others could read it."""
    return "" if channel_for(message.inbox).capabilities.public else address(message.conversation)


def token(conversation: Conversation) -> str:
    # By a hyphen: so it looks like the secrets that are kept out of logs (kit/redaction.py).
    return f"{conversation.pk}-{_signer().signature(_covered(conversation, conversation.contact_id))}"


def opened(text: str) -> Conversation | None:
    """The conversation that a link's token opens, or the one it was merged into, with its brand, inbox and people.

    None for a token that isn't ours or is void, for a conversation that was erased, and for one that ended long ago.
    """
    number, _hyphen, signature = text.partition("-")
    pk = row_id(number)
    found = _read(pk) if pk is not None else None
    if found is None or not _is_signed(found, signature):
        return None
    while found.merged_into_id is not None:
        target = _read(found.merged_into_id)
        if target is None or target.contact_id != found.contact_id:
            return None
        found = target
    return None if _is_long_over(found) else found


def renew(conversation: Conversation, *, by: Agent) -> Conversation:
    """Make the links that were given so far void, as when one has come into wrong hands. Later letters have a new one.

    Those of what was merged into it lead here too.
    """
    with transaction.atomic():
        leading = Conversation.objects.select_for_update(of=("self",)).select_related("brand", "inbox", "contact")
        found = {one.pk: one for one in leading.filter(pk__in=_leading_to(conversation.pk)).order_by("pk")}
        for one in found.values():
            one.context = one.context | {RENEWED: _renewed(one) + 1}
            one.save(update_fields=["context"])
        activities.add(found[conversation.pk], "links_renewed", agent=by)
        return found[conversation.pk]


def without_links(text: str) -> str:
    """The text as it may be quoted to others: a link in it would make them the customer."""
    return _LINK.sub("…", text)


def _leading_to(pk: int) -> set[int]:
    """It and everything that was merged into it, also by way of others."""
    found, newest = {pk}, {pk}
    while newest:
        newest = set(Conversation.objects.filter(merged_into__in=newest).values_list("pk", flat=True)) - found
        found |= newest
    return found


def _read(pk: int) -> Conversation | None:
    there = Conversation.objects.select_related("brand", "inbox", "contact", "assignee", "team")
    return there.filter(pk=pk, contact__erased_at=None).first()


def _is_signed(conversation: Conversation, signature: str) -> bool:
    if _fits(conversation, conversation.contact_id, signature):
        return True
    # It may be older than a merge of contacts, which makes the customer one with whom the link was made for.
    return any(_fits(conversation, former, signature) for former in _merged_into(conversation.contact_id))


def _fits(conversation: Conversation, contact_id: int, signature: str) -> bool:
    try:
        # It knows the keys that were in use before, too.
        _signer().unsign(f"{_covered(conversation, contact_id)}.{signature}")
    except signing.BadSignature:
        return False
    return True


def _merged_into(contact_id: int) -> set[int]:
    """The contacts that were merged into this one, also by way of others."""
    found: set[int] = set()
    newest = {contact_id}
    while newest:
        newest = set(Contact.objects.filter(merged_into__in=newest).values_list("pk", flat=True)) - found
        found |= newest
    return found


def _is_long_over(conversation: Conversation) -> bool:
    return conversation.closed_at is not None and conversation.closed_at < clock.now() - SHOWN_FOR


def _covered(conversation: Conversation, contact_id: int) -> str:
    return f"{conversation.pk}.{contact_id}.{_renewed(conversation)}"


def _renewed(conversation: Conversation) -> int:
    return int(conversation.context.get(RENEWED, 0))


def _signer() -> signing.Signer:
    return signing.Signer(salt=SALT, sep=".")
