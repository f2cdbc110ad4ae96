"""The segments that the customer belongs to, as chips."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from aspa.service.segments import segments
from aspa.service.segments.models import Membership
from aspa.web.customers.panel import Section

if TYPE_CHECKING:
    from aspa.core.conversations.models import Conversation
    from aspa.core.people.models import Agent, Contact

# More chips than this nobody reads.
MOST = 20


def belongs(_agent: Agent, contact: Contact, _conversation: Conversation | None) -> dict[str, Any] | None:
    found = list(segments.of(contact)[:MOST])
    return {"segments": found} if found else None


section = Section(
    key="segments",
    order=65,
    title=_("Segments"),
    template="customers/sections/segments.html",
    context=belongs,
    models=(Membership,),
)
