"""The newest of the timeline, beside a conversation; of the conversation itself nothing, as it is on the screen."""

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


def newest(agent: Agent, contact: Contact, conversation: Conversation | None) -> dict[str, Any] | None:
    here = conversation.pk if conversation else None
    found: list[Line] = []
    before = None
    for _look in range(MOST_LOOKS):
        page = timeline.page(agent, contact, count=SHOWN + 1, before=before)
        found += [line for line in page.lines if line.entry.conversation != here]
        before = page.next
        if before is None or len(found) >= SHOWN:
            break
    return {"lines": [shown(line) for line in found[:SHOWN]]}


section = Section(
    key="timeline",
    order=80,
    title=_("Timeline"),
    template="customers/sections/timeline.html",
    context=newest,
    places=frozenset({PANEL}),
)
