"""The sections of what is known of a customer, beside a conversation and on the profile page. Each is a file in `sections`."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.template.loader import get_template

from aspa.core.people.models import Role
from aspa.service.timeline import rights
from aspa.service.timeline.held import held

if TYPE_CHECKING:
    from django.db.models import Model
    from django.utils.functional import Promise

    from aspa.core.conversations.models import Conversation
    from aspa.core.people.models import Agent, Contact

PANEL, PAGE = "panel", "page"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """`context` gives the template's values, or None when there is nothing to show.

    Its conversation is None on the profile page. `title` empty: no heading. `permission` is needed in some inbox of the
    customer's brand. `models`: the tables that it is made of, each with a foreign key `contact`; it isn't asked where none
    of them holds anything of the customer. `looked_into`: tables it asks `held` about itself, as it shows more than they hold.
    """

    key: str
    order: int
    title: str | Promise
    template: str
    context: Callable[[Agent, Contact, Conversation | None], dict[str, Any] | None]
    permission: str = Role.Permission.READ
    places: frozenset[str] = frozenset({PANEL, PAGE})
    models: tuple[type[Model], ...] = ()
    looked_into: tuple[type[Model], ...] = ()


_sections: dict[str, Section] = {}


def register(section: Section) -> None:
    """Make a section known. Registering a key twice is a mistake and raises ValueError."""
    if _sections.get(section.key, section) is not section:
        raise ValueError(f"Two sections call themselves {section.key!r}.")
    _sections[section.key] = section


@dataclasses.dataclass(frozen=True, slots=True)
class Shown:
    """A section as it is drawn; `html` is what comes under its title."""

    key: str
    title: str | Promise
    html: str


def shown(agent: Agent, contact: Contact, conversation: Conversation | None, *, place: str) -> list[Shown]:
    """The sections that have something to show, in order."""
    around = {"agent": agent, "contact": contact, "conversation": conversation, "place": place}
    asked = [
        each for each in _sections.values() if place in each.places and rights.may(agent, contact, each.permission)
    ]
    # One question for all of them.
    held(contact, {model for each in asked for model in (*each.models, *each.looked_into)})
    found = []
    for section in sorted(asked, key=lambda each: (each.order, each.key)):
        if section.models and not held(contact, section.models):
            continue
        values = section.context(agent, contact, conversation)
        if values is not None:
            html = get_template(section.template).render({**around, **values})
            found.append(Shown(section.key, section.title, html))
    return found
