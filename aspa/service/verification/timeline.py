"""When the customer was asked to show who they are, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aspa.kit import clock
from aspa.service.timeline import sources
from aspa.service.verification import couriers
from aspa.service.verification.models import Challenge, Identification

if TYPE_CHECKING:
    from collections.abc import Sequence

State, Outcome = Identification.State, Challenge.Outcome


class Identifications(sources.Source):
    key = "identifications"
    name = gettext_lazy("Strong identification")
    icon = "shield-check"
    model = Identification

    def entries(self, asked: sources.Asked) -> Sequence[sources.Entry]:
        rows = Identification.objects.filter(contact=asked.contact).select_related("provider", "asked_by")
        if asked.words:
            rows = rows.filter(level__icontains=asked.words)
        return [_identification(row) for row in asked.older(rows, at="at")]


class Challenges(sources.Source):
    key = "challenges"
    name = gettext_lazy("Proofs of addresses")
    icon = "key-round"
    model = Challenge

    def entries(self, asked: sources.Asked) -> Sequence[sources.Entry]:
        rows = Challenge.objects.filter(contact=asked.contact).select_related("asked_by")
        if asked.words:
            rows = rows.filter(value__icontains=asked.words)
        return [_challenge(row) for row in asked.older(rows, at="at")]


def _identification(row: Identification) -> sources.Entry:
    by = row.provider.name if row.provider else ""
    is_open = row.state == State.ASKED and row.expires_at > clock.now()
    expired = row.state == State.ASKED and not is_open
    return sources.Entry(
        at=row.at,
        pk=row.pk,
        title=_("Asked to identify themselves: %(by)s") % {"by": by} if by else _("Asked to identify themselves"),
        text=row.level or (row.asked_by.name if row.asked_by else ""),
        state=_("Not done in time") if expired else str(State(row.state).label),
        tone={State.DONE: "ok", State.OTHER_PERSON: "late"}.get(State(row.state), "promise" if is_open else ""),
    )


def _challenge(row: Challenge) -> sources.Entry:
    return sources.Entry(
        at=row.at,
        pk=row.pk,
        title=_("Asked to prove %(where)s") % {"where": couriers.masked(row.kind, row.value)},
        text=row.asked_by.name if row.asked_by else "",
        state=str(Outcome(row.outcome).label),
        tone={Outcome.PROVED: "ok", Outcome.FAILED: "late", Outcome.OPEN: "promise"}.get(Outcome(row.outcome), ""),
    )
