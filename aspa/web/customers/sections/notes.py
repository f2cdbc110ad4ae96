"""The newest notes on the customer. On the page they may be changed as well."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from aspa.core.people.models import Role
from aspa.service.timeline import notes, rights
from aspa.service.timeline.models import Note
from aspa.web.customers.panel import Section

if TYPE_CHECKING:
    from aspa.core.conversations.models import Conversation
    from aspa.core.people.models import Agent, Contact

SHOWN = 3


def about(agent: Agent, contact: Contact, conversation: Conversation | None) -> dict[str, Any] | None:
    found = notes.newest(contact, SHOWN)
    if not found:
        return None
    return {
        "notes": found,
        "may_edit": contact.erased_at is None and rights.may(agent, contact, Role.Permission.REPLY),
    }


section = Section(
    key="notes",
    # Before what was bought: it is what colleagues want the next one to see.
    order=15,
    title=_("Good to know"),
    template="customers/sections/notes.html",
    context=about,
    models=(Note,),
)
