"""Take card, identity and account numbers out of messages, for good: the original isn't kept anywhere.

A raw mail with such a number goes altogether: it can hold the number in several encodings, and nothing but its text is
needed any more. By the brand's choice it happens by itself right after a customer's message has come in.
"""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, Any

from django.db.models import F
from django.utils.html import strip_tags
from django.utils.translation import override

from aspa.channels.email.arriving.forgetting import forget_raw
from aspa.channels.email.models import Arrival, Letter
from aspa.core.conversations import events
from aspa.core.conversations.changing import changing
from aspa.core.conversations.models import Attachment, Conversation, Draft, Event, Message
from aspa.kit import clock
from aspa.service.privacy import compacting, numbers
from aspa.service.privacy.models import RedactionPolicy, Removal
from aspa.service.privacy.numbers import Kind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from aspa.core.conversations.events import Stretch
    from aspa.core.people.models import Agent

# The name under which the night's list of removals counts them.
REMOVAL = "redaction"
AT_ONCE = 500
TAG = re.compile(r"<[^>]*>")


def redact(conversation: Conversation, *, by: Agent, kinds: Collection[Kind] = tuple(Kind)) -> int:
    """Take them out of everything in the conversation; returns how many messages were changed."""
    messages = Message.objects.filter(conversation=conversation)
    return sum(_redact(message, kinds, by) for message in messages.order_by("pk").iterator(chunk_size=AT_ONCE))


def follow(stretch: Stretch) -> None:
    """A journal subscriber: the customers' new messages of brands that want it."""
    came = [event.message_id for event in stretch.of(Event.Kind.RECEIVED) if event.message_id]
    if not came:
        return
    policies = {policy.brand_id: kinds for policy in RedactionPolicy.objects.all() if (kinds := kinds_of(policy))}
    if not policies:
        return
    for start in range(0, len(came), AT_ONCE):
        fresh = Message.objects.filter(pk__in=came[start : start + AT_ONCE], conversation__brand__in=policies)
        for message in fresh.select_related("conversation").order_by("pk"):
            _redact(message, policies[message.conversation.brand_id], None)


def kinds_of(policy: RedactionPolicy) -> tuple[Kind, ...]:
    wanted = {Kind.CARD: policy.cards, Kind.IDENTITY: policy.identity_numbers, Kind.ACCOUNT: policy.accounts}
    return tuple(kind for kind, is_wanted in wanted.items() if is_wanted)


def policy_of(brand_id: int) -> RedactionPolicy:
    return RedactionPolicy.objects.filter(brand=brand_id).first() or RedactionPolicy(brand_id=brand_id)


def _redact(message: Message, kinds: Collection[Kind], by: Agent | None) -> bool:
    letter = Letter.objects.filter(message=message).first()
    if not any(numbers.find(text, kinds) for text in _texts(message, letter, message.conversation)):
        return False
    with changing(message.conversation) as conversation, override(conversation.language or conversation.brand.language):
        with compacting.overwriting():
            _write(message, letter, conversation, kinds)
        events.record(conversation, Event.Kind.REDACTED, agent=by, message=message)
        _count(conversation)
    return True


def _texts(message: Message, letter: Letter | None, conversation: Conversation) -> Iterator[str]:
    """Wherever the message's words stand, and what was asked before it; subject and preview are made of messages."""
    yield from (message.text, *_as_read(message.html))
    yield from _strings([message.data, conversation.context])
    yield from Attachment.objects.filter(message=message).values_list("name", flat=True)
    if letter:
        yield from (letter.subject, letter.rest, *_as_read(letter.rest_html))


def _as_read(html: str) -> tuple[str, str]:
    """With tags for nothing and with tags for blanks: a number may be cut by the one, and stand beside another by the other."""
    return unescape(strip_tags(html)), unescape(TAG.sub(" ", html))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _strings(inner)
    elif isinstance(value, str):
        yield value


def _write(message: Message, letter: Letter | None, conversation: Conversation, kinds: Collection[Kind]) -> None:
    message.text = numbers.without(message.text, kinds)[0]
    message.html = _html_without(message.html, kinds)
    message.data = _all_without(message.data, kinds)
    message.save(update_fields=["text", "html", "data"])
    for event in Event.objects.filter(conversation=conversation, message=message):
        event.data = _all_without(event.data, kinds)
        event.save(update_fields=["data"])
    for name in ("subject", "preview"):
        setattr(conversation, name, numbers.without(getattr(conversation, name), kinds)[0])
    conversation.context = _all_without(conversation.context, kinds)
    conversation.save(update_fields=["subject", "preview", "context"])
    for attachment in Attachment.objects.filter(message=message):
        attachment.name = numbers.without(attachment.name, kinds)[0]
        attachment.save(update_fields=["name"])
    for draft in Draft.objects.filter(conversation=conversation):
        # What an agent quoted of it.
        draft.text = numbers.without(draft.text, kinds)[0]
        draft.save(update_fields=["text"])
    if letter is not None:
        letter.subject, letter.rest = (numbers.without(text, kinds)[0] for text in (letter.subject, letter.rest))
        letter.rest_html = _html_without(letter.rest_html, kinds)
        letter.save(update_fields=["subject", "rest", "rest_html"])
    forget_raw(Arrival.objects.filter(message=message))


def _html_without(html: str, kinds: Collection[Kind]) -> str:
    """Where tags or entities stand within a number only the plain text is left to be shown."""
    html = numbers.without(html, kinds)[0]
    return "" if any(numbers.find(text, kinds) for text in _as_read(html)) else html


def _all_without(value: Any, kinds: Collection[Kind]) -> Any:
    if isinstance(value, dict):
        return {key: _all_without(inner, kinds) for key, inner in value.items()}
    if isinstance(value, list):
        return [_all_without(inner, kinds) for inner in value]
    return numbers.without(value, kinds)[0] if isinstance(value, str) else value


def _count(conversation: Conversation) -> None:
    today = clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
    counted = Removal.objects.filter(brand=conversation.brand_id, kind=REMOVAL, at__gte=today)
    if not counted.update(rows=F("rows") + 1):
        Removal.objects.create(brand_id=conversation.brand_id, kind=REMOVAL, days=0, at=clock.now(), rows=1)
