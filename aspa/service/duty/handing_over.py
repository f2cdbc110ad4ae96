"""A shift goes to a colleague who accepts it, or by an administrator's word."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from aspa.core.conversations import access
from aspa.core.conversations.changing import Refused
from aspa.core.inboxes.models import Inbox
from aspa.core.people.models import Agent, Role
from aspa.kit import clock
from aspa.service.duty import rotas
from aspa.service.duty.models import StandIn
from aspa.service.duty.roster import FURTHEST

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from aspa.service.duty.models import Rota
    from aspa.service.duty.roster import Turn

State = StandIn.State


def turns_of(agent: Agent, rota: Rota, line: int) -> list[Turn]:
    """The agent's turn that goes on now and those to come, as far as they end within `FURTHEST`."""
    now = clock.now()
    turns = list(rotas.roster_of(rota, line).turns(now, now + FURTHEST))
    # The last one goes on beyond it, but who is always on duty can hand over a part of that, too.
    return [turn for turn in (turns[:-1] or turns) if turn.agent == agent.pk]


def colleagues(rota: Rota) -> QuerySet[Agent]:
    """Who can be asked: those who may answer the customers of the rota's brand."""
    inboxes = Inbox.objects.filter(brand=rota.brand) if rota.brand else Inbox.objects.all()
    return access.agents_of(inboxes.values_list("pk", flat=True), Role.Permission.REPLY)


def offer(rota: Rota, *, line: int, by: Agent, to: Agent, start: dt.datetime, end: dt.datetime) -> StandIn:
    """Ask a colleague to take one's shift. Raises Refused when it isn't one's own or the colleague can't."""
    start = max(start, clock.now().replace(microsecond=0))
    if start >= end:
        raise Refused(_("Choose a time that is still ahead."), code="past")
    # As far as turns are told; reckoning on for centuries would take minutes.
    is_told = end <= clock.now() + FURTHEST
    if not is_told or any(turn.agent != by.pk for turn in rotas.roster_of(rota, line).turns(start, end)):
        raise Refused(_("That isn't your shift from beginning to end."), code="not_yours")
    if to.pk == by.pk or not colleagues(rota).filter(pk=to.pk).exists():
        raise Refused(_("%(agent)s can't take this shift.") % {"agent": to.name}, code="outsider")
    # A second click asks nobody twice.
    if offered_by(by).filter(rota=rota, line=line, agent=to, start__lt=end, end__gt=start).exists():
        raise Refused(_("%(agent)s has been asked already.") % {"agent": to.name}, code="asked")
    return StandIn.objects.create(
        rota=rota, line=line, agent=to, start=start, end=end, offered_by=by, state=State.OFFERED
    )


def offered_to(agent: Agent) -> QuerySet[StandIn]:
    """What waits for the agent's word."""
    return _open().filter(agent=agent)


def offered_by(agent: Agent) -> QuerySet[StandIn]:
    """What the agent has asked of colleagues."""
    return _open().filter(offered_by=agent)


def _open() -> QuerySet[StandIn]:
    known = StandIn.objects.select_related("rota__brand", "agent", "offered_by")
    return known.filter(state=State.OFFERED, end__gt=clock.now())


def accept(shift: StandIn) -> StandIn:
    """The colleague takes it. Raises Refused when it has been taken back, is over or isn't the giver's any more."""
    with transaction.atomic():
        current = _locked(shift)
        if current.state == State.ACCEPTED:
            return current
        # Two colleagues who were asked for the same hours say yes one after the other.
        rota = rotas.rotas().select_for_update(of=("self",)).get(pk=current.rota_id)
        left = rotas.roster_of(rota, current.line).turns(max(current.start, clock.now()), current.end)
        if current.end <= clock.now() or any(turn.agent != current.offered_by_id for turn in left):
            raise Refused(_("This shift has changed meanwhile. Ask your colleague again."), code="changed")
        return _become(current, State.ACCEPTED)


def decline(shift: StandIn) -> StandIn:
    """The colleague doesn't take it. Raises Refused when it isn't asked any more."""
    with transaction.atomic():
        current = _locked(shift)
        if current.state == State.ACCEPTED:
            raise Refused(_("This shift is yours already."), code="accepted")
        return _become(current, State.DECLINED)


def withdraw(shift: StandIn) -> None:
    """Take the question back. Raises Refused when it has been answered."""
    with transaction.atomic():
        current = _locked(shift)
        if current.state != State.OFFERED:
            raise Refused(_("It has been answered already."), code="answered")
        current.delete()


def _locked(shift: StandIn) -> StandIn:
    found = StandIn.objects.select_for_update().filter(pk=shift.pk).first()
    if found is None:
        raise Refused(_("It has been taken back."), code="gone")
    return found


def _become(shift: StandIn, state: StandIn.State) -> StandIn:
    shift.state = state
    shift.save(update_fields=["state"])
    return shift
