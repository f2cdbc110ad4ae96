"""Codes that customers write into the conversation: a message that is nothing but six digits is tried as one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aspa.core.conversations import activities
from aspa.core.conversations.changing import changing
from aspa.core.conversations.models import Event, Message
from aspa.kit import clock
from aspa.service.verification import codes
from aspa.service.verification.models import Challenge

if TYPE_CHECKING:
    from aspa.core.conversations.events import Stretch

_CODE = re.compile(r"\s*([0-9]{3})[ -]?([0-9]{3})[.\s]*")


def follow(stretch: Stretch) -> None:
    """Subscriber. Hardly ever is anybody asked, and then this is one look into a small index."""
    received = stretch.of(Event.Kind.RECEIVED)
    if not received:
        return
    asked = Challenge.objects.filter(outcome=Challenge.Outcome.OPEN, expires_at__gt=clock.now())
    contacts = set(asked.values_list("contact_id", flat=True))
    if not contacts:
        return
    written = Message.objects.filter(pk__in=[event.message_id for event in received], contact__in=contacts)
    for message in written.select_related("conversation").order_by("pk"):
        code = code_in(message.text)
        if code and not message.is_automatic:
            _try(message, code)


def code_in(text: str) -> str:
    """The code that a message is, or whose first line is one; "" for anything else that has digits in it."""
    found = _CODE.fullmatch(text.strip().partition("\n")[0])
    return found[1] + found[2] if found else ""


def _try(message: Message, code: str) -> None:
    answer = codes.enter(message.conversation, code, message_id=message.pk)
    if answer in (codes.Answer.WRONG, codes.Answer.EXPIRED):
        with changing(message.conversation) as current:
            activities.add(current, "code_refused")
