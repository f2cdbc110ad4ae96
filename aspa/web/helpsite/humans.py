"""The way to a human, on every page: the chat where somebody is there to answer, and the contact page always."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from django.core.cache import cache
from django.urls import reverse

from aspa.channels.form.channel import ContactForm
from aspa.core.inboxes.channel import channels
from aspa.core.inboxes.models import Inbox
from aspa.service.routing import availability
from aspa.web.contact.openings import openings

if TYPE_CHECKING:
    from aspa.core.inboxes.models import Brand

# For so long (s) one answer does for all pages: as quick as anybody turns from one to the next.
KEPT = 5


@dataclasses.dataclass(frozen=True, slots=True)
class Way:
    """A live channel: what is said of it, whether somebody is there, and the inbox whose chat can be opened."""

    name: str
    words: str
    state: str
    inbox: str

    @property
    def is_offered(self) -> bool:
        return self.state in (availability.OPEN, availability.FULL)


@dataclasses.dataclass(frozen=True, slots=True)
class Humans:
    """`contact` is the contact page's path, "" for a brand without one."""

    contact: str
    ways: tuple[Way, ...]

    @property
    def chat(self) -> Way | None:
        """The chat that can be opened now."""
        return next((way for way in self.ways if way.is_offered), None)

    @property
    def is_anybody(self) -> bool:
        return bool(self.contact or self.ways)


def of(brand: Brand, language: str) -> Humans:
    """In the active language."""
    key = f"help:humans:{brand.pk}:{language}"
    known: Humans | None = cache.get(key)
    if known is None:
        known = Humans(_contact(brand, language), _ways(brand))
        cache.set(key, known, KEPT)
    return known


def _contact(brand: Brand, language: str) -> str:
    forms = Inbox.objects.filter(brand=brand, channel=ContactForm.key, is_active=True).order_by("pk")
    public_id = forms.values_list("public_id", flat=True).first()
    return f"{reverse('contact-form', args=[public_id])}?lang={language}" if public_id else ""


def _ways(brand: Brand) -> tuple[Way, ...]:
    live = [channel.key for channel in channels() if channel.capabilities.live]
    if not Inbox.objects.filter(brand=brand, channel__in=live, is_active=True).exists():
        return ()
    # The socket's path names the inbox: /chat/v1/<public id>/socket.
    return tuple(Way(one.name, one.words, one.state, one.socket.split("/")[3]) for one in openings(brand))
