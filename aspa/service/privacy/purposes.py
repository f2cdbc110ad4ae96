"""What a brand asks its customers' consent for: some that Aspa itself asks about, and the brand's own."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from aspa.core.conversations.changing import Refused
from aspa.service.privacy.consents import MARKETING, PERSONALISATION, VISITS
from aspa.service.privacy.models import Purpose

if TYPE_CHECKING:
    from collections.abc import Mapping

# key: (what agents call it, what customers agree to)
STANDARD = {
    MARKETING: (gettext_lazy("Marketing"), gettext_lazy("I would like to hear of offers and news.")),
    VISITS: (
        gettext_lazy("Page visits"),
        gettext_lazy("Customer service may see which pages I looked at and what is in my cart."),
    ),
    PERSONALISATION: (
        gettext_lazy("Personal content"),
        gettext_lazy("What I am shown may be chosen by what I have bought and looked at."),
    ),
}


@dataclasses.dataclass(frozen=True, slots=True)
class Asked:
    """A purpose in the active language. `pk` is None while the brand uses Aspa's own words."""

    key: str
    name: str
    text: str
    version: int
    is_on: bool
    pk: int | None


def of_brand(brand_id: int) -> list[Asked]:
    """All of them: Aspa's own first, then the brand's."""
    written = {purpose.key: purpose for purpose in Purpose.objects.filter(brand=brand_id)}
    return [_asked(key, written.pop(key, None)) for key in STANDARD] + [
        _asked(key, own) for key, own in written.items()
    ]


def in_use(brand_id: int) -> list[Asked]:
    return [purpose for purpose in of_brand(brand_id) if purpose.is_on]


@transaction.atomic
def write(brand_id: int, key: str, *, name: str, words: Mapping[str, str], is_on: bool) -> Purpose:
    """Set a purpose; changed words are a new version, which later consents are given to. `key` empty makes a new one.

    Raises Refused for one of the brand's own without a name or words.
    """
    if key not in STANDARD and not (name.strip() and any(words.values())):
        raise Refused(_("Give it a name, and say what customers agree to."))
    purpose = Purpose.objects.select_for_update().filter(brand=brand_id, key=key).first() if key else None
    if purpose is None:
        purpose = Purpose(brand_id=brand_id, key=key or _free_key(brand_id, name))
    kept = {language: text.strip() for language, text in words.items() if text.strip()}
    if purpose.pk is not None and kept != purpose.words:
        purpose.version += 1
    purpose.name, purpose.words, purpose.is_on = name.strip(), kept, is_on
    purpose.save()
    return purpose


def _asked(key: str, written: Purpose | None) -> Asked:
    name, text = map(str, STANDARD.get(key, ("", "")))
    if written is None:
        return Asked(key, name, text, 1, True, None)
    own = written.words.get((get_language() or "")[:2]) or next(iter(written.words.values()), "")
    return Asked(key, written.name or name, own or text, written.version, written.is_on, written.pk)


def _free_key(brand_id: int, name: str) -> str:
    wished = slugify(name)[:30] or "purpose"
    taken = {*STANDARD, *Purpose.objects.filter(brand=brand_id).values_list("key", flat=True)}
    return next(key for key in (wished, *(f"{wished}-{number}" for number in range(2, 1000))) if key not in taken)
