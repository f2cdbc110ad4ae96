"""The pages at the side, for those who may open them."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from aspa.core.conversations.access import Permission, reach

if TYPE_CHECKING:
    from aspa.core.people.models import Agent


@dataclasses.dataclass(frozen=True, slots=True)
class Section:
    url: str
    name: str | Promise
    icon: str
    permission: str = Permission.CONTENT


SECTIONS = (
    Section("content:articles", _("Articles"), "file-text"),
    Section("content:shelves", _("Help categories"), "layers"),
    Section("content:gaps", _("Asked and not found"), "search"),
    Section("content:synonyms", _("Synonyms"), "arrow-right-left"),
    Section("content:moderation", _("Moderation"), "shield-check", Permission.COMMUNITY),
    Section("content:reviews", _("Reviews"), "star", Permission.COMMUNITY),
    Section("content:front", _("Front page"), "house"),
    Section("content:switches", _("What is on"), "settings"),
)


def open_to(agent: Agent) -> list[Section]:
    mine = reach(agent)
    return [section for section in SECTIONS if mine.may_anywhere(section.permission)]
