"""What a brand's help site says at its front."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from aspa.kit.text import clean
from aspa.service.knowledge.models import Front

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aspa.core.inboxes.models import Brand

LONGEST_TITLE, LONGEST_WELCOME = 80, 300


@dataclasses.dataclass(frozen=True, slots=True)
class Words:
    """Empty where the brand has written nothing."""

    title: str = ""
    welcome: str = ""


def of(brand: Brand, language: str) -> Words:
    front = Front.objects.filter(brand=brand).first()
    return Words(front.titles.get(language, ""), front.welcomes.get(language, "")) if front else Words()


def describe(brand: Brand, words: Mapping[str, Words]) -> None:
    """Write it, by language; a language that isn't given says nothing of the brand's own any more."""
    titles = {language: clean(one.title)[:LONGEST_TITLE] for language, one in words.items()}
    welcomes = {language: clean(one.welcome)[:LONGEST_WELCOME] for language, one in words.items()}
    Front.objects.update_or_create(brand=brand, defaults={"titles": titles, "welcomes": welcomes})
