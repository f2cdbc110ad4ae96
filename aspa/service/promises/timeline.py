"""Promises in the customer's timeline, each when it was made."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aspa.core.conversations import access
from aspa.service.promises.models import Promise
from aspa.service.timeline.sources import Asked, Entry, Source

State = Promise.State
TONES = {State.OPEN: "promise", State.BROKEN: "late", State.KEPT: "ok"}


class Promises(Source):
    key = "promises"
    name = gettext_lazy("Promises")
    icon = "clock"

    def entries(self, asked: Asked) -> list[Entry]:
        rows = Promise.objects.filter(conversation__contact=asked.contact).exclude(state=State.HELD)
        inboxes = access.reach(asked.agent).inbox_ids()
        if inboxes is not None:
            rows = rows.filter(conversation__inbox__in=inboxes)
        if asked.words:
            rows = rows.filter(asked.holding("text"))
        found = asked.older(rows, at="made_at")
        return [
            Entry(
                at=at,
                pk=pk,
                title=_("%(who)s promised: %(what)s") % {"who": who or "Aspa", "what": what},
                conversation=conversation,
                state=str(State(state).label),
                tone=TONES.get(State(state), ""),
            )
            for pk, at, what, state, conversation, who in found.values_list(
                "pk", "made_at", "text", "state", "conversation", "agent__name"
            )
        ]
