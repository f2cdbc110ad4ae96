"""Plain search: a reference number, a customer by name or address, and words in recent conversations.

Numbers, names and addresses are found by index over everything. Words are looked for in the newest
`RECENT` messages only, so that a search never scans; the page says so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q
from django.db.models.functions import Lower

from aspa.core.conversations import access
from aspa.core.conversations.models import Conversation, Message
from aspa.core.conversations.models.conversation import FIRST_REFERENCE
from aspa.core.people.models import Contact, Identity

if TYPE_CHECKING:
    from aspa.core.people.models import Agent

MOST = 8
# How many of the newest messages are looked through for words.
RECENT = 5_000
REFERENCE = re.compile(r"#?(?:[A-Za-zÅÄÖåäö]{1,6}-)?(\d{5,12})")
LAST_LETTER = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found, the nearest first. `messages` carry their conversation."""

    conversations: list[Conversation]
    contacts: list[Contact]
    messages: list[Message]

    def __bool__(self) -> bool:
        return bool(self.conversations or self.contacts or self.messages)


def find(agent: Agent, words: str) -> Found:
    """Search what the agent may read."""
    contacts = _contacts(agent, words)
    return Found(_conversations(agent, words, contacts), contacts, _messages(agent, words))


def _conversations(agent: Agent, words: str, contacts: list[Contact]) -> list[Conversation]:
    readable = access.conversations(agent)
    number = REFERENCE.fullmatch(words)
    if number:
        return list(readable.filter(pk=int(number[1]) - FIRST_REFERENCE))
    if not contacts:
        return []
    return list(readable.filter(contact__in=contacts).order_by("-pk")[:MOST])


def _contacts(agent: Agent, words: str) -> list[Contact]:
    """Customers whose name or address begins so."""
    brands = access.brand_ids(agent)
    identities = Identity.objects.filter(brand__in=brands).exclude(kind=Identity.Kind.VISITOR)
    starts = identities.filter(value__gte=words.lower(), value__lt=words.lower() + LAST_LETTER)
    found = list(starts.values_list("contact", flat=True)[: MOST * 2])
    return list(
        Contact.objects.alias(lower_name=Lower("name"))
        .filter(Q(pk__in=found) | _begins("lower_name", words), brand__in=brands, merged_into=None)
        .select_related("brand")
        .order_by("name", "pk")[:MOST]
    )


def _begins(field: str, words: str) -> Q:
    """A range instead of LIKE, so that the index serves it. SQLite's lower() knows ASCII only, hence the two spellings."""
    low = words.lower()
    spellings = {low, low[:1].upper() + low[1:]}
    either = Q()
    for spelling in spellings:
        either |= Q(**{f"{field}__gte": spelling, f"{field}__lt": spelling + LAST_LETTER})
    return either


def _messages(agent: Agent, words: str) -> list[Message]:
    newest = Message.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    messages = Message.objects.filter(pk__gt=newest - RECENT).exclude(kind=Message.Kind.ACTIVITY)
    for word in words.split()[:6]:
        messages = messages.filter(Q(text__icontains=word) | Q(text__icontains=word.capitalize()))
    inboxes = access.reach(agent).inbox_ids()
    if inboxes is not None:
        messages = messages.filter(inbox__in=inboxes)
    hits = list(messages.order_by("-pk")[: MOST * 2])
    readable = {one.pk: one for one in access.conversations(agent).filter(pk__in={hit.conversation_id for hit in hits})}
    seen: dict[int, Message] = {}
    for hit in hits:
        if hit.conversation_id in readable and hit.conversation_id not in seen:
            hit.conversation = readable[hit.conversation_id]
            seen[hit.conversation_id] = hit
    return list(seen.values())[:MOST]
