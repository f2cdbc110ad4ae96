"""The pages that the customer looked at last, where they agreed to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from aspa.service.visits.models import Visit
from aspa.service.visits.timeline import place, titled
from aspa.web.customers.panel import Section

if TYPE_CHECKING:
    from aspa.core.conversations.models import Conversation
    from aspa.core.people.models import Agent, Contact

SHOWN = 5


def visits(agent: Agent, contact: Contact, conversation: Conversation | None) -> dict[str, Any] | None:
    newest = Visit.objects.filter(contact=contact).order_by("-at", "-pk")[:SHOWN]
    found = [{"title": titled(visit), "place": place(visit), "url": visit.url, "at": visit.at} for visit in newest]
    return {"visits": found} if found else None


section = Section(
    key="visits",
    order=70,
    title=_("Pages seen"),
    template="customers/sections/visits.html",
    context=visits,
    models=(Visit,),
)
