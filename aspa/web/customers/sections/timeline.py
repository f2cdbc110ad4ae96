"""The newest of the timeline, beside a conversation; of the conversation itself nothing, as it is on the screen.

It stands at the end and asks all the sources, so it is read when its place comes into sight: most openings never get there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from aspa.service.timeline import timeline
from aspa.web.customers.lines import shown
from aspa.web.customers.panel import PANEL, Section

if TYPE_CHECKING:
    from aspa.core.conversations.models import Conversation
    from aspa.core.people.models import Agent, Contact
    from aspa.service.timeline.timeline import Line

SHOWN = 7
# A lively conversation has many moments of its own: then a few times more are looked for.
MOST_LOOKS = 4


def place(_agent: Agent, _contact: Contact, _conversation: Conversation | None) -> dict[str, Any]:
    return {}


def newest(agent: Agent, contact: Contact, conversation: Conversation) -> list[dict[str, Any]]:
    """The lines as their template shows them."""
    found: list[Line] = []
    before = None
    for _look in range(MOST_LOOKS):
        page = timeline.page(agent, contact, count=SHOWN + 1, before=before)
        found += [line for line in page.lines if line.entry.conversation != conversation.pk]
        before = page.next
        if before is None or len(found) >= SHOWN:
            break
    return [shown(line) for line in found[:SHOWN]]


section = Section(
    key="timeline",
    order=80,
    title=_("Timeline"),
    template="customers/sections/timeline.html",
    context=place,
    places=frozenset({PANEL}),
)
