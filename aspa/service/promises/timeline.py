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
        return [
            Entry(
                at=promise.made_at,
                pk=promise.pk,
                title=_("%(who)s promised: %(what)s")
                % {"who": promise.agent.name if promise.agent else "Aspa", "what": promise.text},
                conversation=promise.conversation_id,
                state=str(State(promise.state).label),
                tone=TONES.get(State(promise.state), ""),
            )
            for promise in asked.older(rows.select_related("agent"), at="made_at")
        ]
