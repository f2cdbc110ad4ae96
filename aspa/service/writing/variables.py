"""`{{contact.first_name|there}}` in a canned reply: a variable and what to say when it isn't known."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from aspa.core.conversations.models import Conversation
    from aspa.core.people.models import Agent

PLACE = re.compile(r"\{\{\s*(?P<name>[a-z_.]+)\s*(?:\|(?P<fallback>[^{}]*))?\}\}")

NAMES = {
    "contact.first_name": _("the customer's first name"),
    "contact.name": _("the customer's name"),
    "agent.first_name": _("your first name"),
    "agent.name": _("your name"),
    "brand.name": _("the brand's name"),
    "conversation.reference": _("the reference number"),
}


def fill(text: str, *, conversation: Conversation, agent: Agent) -> str:
    """The text with every place filled: the value, else the fallback, else nothing."""
    values = {
        "contact.first_name": conversation.contact.first_name,
        "contact.name": conversation.contact.name,
        "agent.first_name": agent.first_name,
        "agent.name": agent.public_name,
        "brand.name": conversation.brand.name,
        "conversation.reference": conversation.reference,
    }
    filled = PLACE.sub(lambda place: values.get(place["name"]) or (place["fallback"] or "").strip(), text)
    # A place without a value leaves "Hi , " behind; nobody wants to send that.
    return re.sub(r"[ \t]+([,.!?])", r"\1", filled)


def unknown_names(text: str) -> list[str]:
    """Names in the text that no variable has, so that a form can refuse them."""
    return [place["name"] for place in PLACE.finditer(text) if place["name"] not in NAMES]
