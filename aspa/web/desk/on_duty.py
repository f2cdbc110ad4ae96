"""The duty's alerts: who is called hears of it at once, in the browser and by letter, with a link to accept."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.cache import cache
from django.core.mail import send_mail
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from aspa.core.conversations import access
from aspa.core.conversations.models import Event
from aspa.core.people.models import Agent
from aspa.kit import clock
from aspa.kit.tasks import task
from aspa.service.duty import counting, following
from aspa.service.duty.models import Call, Ring, StandIn
from aspa.web.desk.ringing import push

if TYPE_CHECKING:
    import datetime as dt

    from aspa.core.conversations.events import Stretch


def watch() -> None:
    """Go on with the calls that nobody has taken, and tell of those that are counted. Run every minute."""
    following.watch()
    for agent_id, rings in counting.untold().items():
        alert_of_many.enqueue(agent_id=agent_id, ring_ids=[ring.pk for ring in rings])


def alert_for(stretch: Stretch) -> None:
    """A journal subscriber: those who have been called are alerted, and hear when somebody has taken it."""
    called = stretch.of(Event.Kind.DUTY_CALLED, Event.Kind.DUTY_ESCALATED)
    if called:
        ids = {event.data["call"] for event in called}
        untold = Ring.objects.filter(call__in=ids, call__settled_at=None, told_at=None, is_counted=False)
        for ring_id in untold.values_list("pk", flat=True):
            alert.enqueue(ring_id=ring_id)
    for event in stretch.of(Event.Kind.DUTY_ACCEPTED):
        told = Ring.objects.filter(call=event.data["call"]).exclude(agent=event.agent_id).exclude(told_at=None)
        for agent_id in told.values_list("agent", flat=True):
            call_off.enqueue(call_id=event.data["call"], agent_id=agent_id)


@task(retries=5, backoff=15)
def alert(ring_id: int) -> None:
    """Call one person for one conversation, once. It carries no words of the customer's."""
    with alone(f"duty-alert:{ring_id}") as is_mine:
        if is_mine:
            _alert(ring_id)


def _alert(ring_id: int) -> None:
    ring = Ring.objects.filter(pk=ring_id, told_at=None, call__settled_at=None).select_related("agent", "call").first()
    if ring is None:
        return
    conversation = access.conversations(ring.agent).filter(pk=ring.call.conversation_id).first()
    if conversation is None or not ring.agent.is_active:
        return
    with translation.override(ring.agent.language):
        title = _("Urgent: %(brand)s %(reference)s") % {
            "brand": conversation.brand.name,
            "reference": conversation.reference,
        }
        body = _("A customer needs somebody now, and you are called for it.")
        lines = [body, f"{conversation.inbox}", _("Open it and take it:")]
        _tell(
            ring.agent, title, body, lines, reverse("desk:duty_call", args=[ring.call_id]), tag=f"duty-{ring.call_id}"
        )
    Ring.objects.filter(pk=ring.pk).update(told_at=clock.now())


@task(retries=5, backoff=15)
def alert_of_many(agent_id: int, ring_ids: list[int]) -> None:
    """Tell one person how many more wait."""
    with alone(f"duty-alerts:{agent_id}") as is_mine:
        if is_mine:
            _alert_of_many(agent_id, ring_ids)


def _alert_of_many(agent_id: int, ring_ids: list[int]) -> None:
    rings = Ring.objects.filter(pk__in=ring_ids, told_at=None, call__settled_at=None)
    agent, count = Agent.objects.filter(pk=agent_id, is_active=True).first(), rings.count()
    if agent is None or not count:
        return
    with translation.override(agent.language):
        title = ngettext(
            "%(count)s more urgent conversation waits", "%(count)s more urgent conversations wait", count
        ) % {"count": count}
        body = _("You have been called often in this hour, so these are told together.")
        _tell(agent, title, body, [body, _("Open the list:")], reverse("desk:duty"), tag="duty")
    counting.told(ring_ids)


@contextlib.contextmanager
def alone(name: str) -> Iterator[bool]:
    """Whether nobody else does the same at this moment: who reads the journal twice gives out the task twice.

    Not by a lock in the database, which would be held for as long as a mail server takes. Who dies over it leaves it
    to others after two minutes, and the queue brings the task again.
    """
    is_mine = cache.add(name, 1, 120)
    try:
        yield is_mine
    finally:
        if is_mine:
            cache.delete(name)


@task(retries=2, backoff=15)
def call_off(call_id: int, agent_id: int) -> None:
    """Somebody else has taken it: the notice in the browser says so."""
    call = Call.objects.select_related("accepted_by").get(pk=call_id)
    agent = Agent.objects.filter(pk=agent_id, is_active=True).first()
    if agent is None or call.accepted_by is None:
        return
    with translation.override(agent.language):
        title = _("%(name)s has taken it") % {"name": call.accepted_by.name}
        failures = push(
            agent, title=title, body=_("You need not do anything."),
            url=reverse("desk:duty_call", args=[call_id]), tag=f"duty-{call_id}",
        )  # fmt: skip
    if failures:
        raise failures[0]


@task(retries=5, backoff=15)
def ask_to_take_shift(shift_id: int) -> None:
    """A colleague's shift is offered: ask in the browser and by letter."""
    shift = (
        StandIn.objects.filter(pk=shift_id, state=StandIn.State.OFFERED).select_related("agent", "offered_by").first()
    )
    if shift is None or shift.offered_by is None:
        return
    with translation.override(shift.agent.language):
        title = _("%(name)s asks you to take a shift") % {"name": shift.offered_by.name}
        body = _("From %(start)s to %(end)s") % {"start": _moment(shift.start), "end": _moment(shift.end)}
        _tell(shift.agent, title, body, [body, _("Say yes or no:")], reverse("desk:duty"), tag=f"shift-{shift.pk}")


@task(retries=5, backoff=15)
def tell_answer(shift_id: int) -> None:
    """Whether the colleague takes the shift: tell who asked."""
    shift = StandIn.objects.filter(pk=shift_id).select_related("agent", "offered_by").first()
    if shift is None or shift.offered_by is None:
        return
    with translation.override(shift.offered_by.language):
        says = (
            _("%(name)s takes your shift")
            if shift.state == StandIn.State.ACCEPTED
            else _("%(name)s can't take your shift")
        )
        body = _("From %(start)s to %(end)s") % {"start": _moment(shift.start), "end": _moment(shift.end)}
        title = says % {"name": shift.agent.name}
        _tell(shift.offered_by, title, body, [body], reverse("desk:duty"), tag=f"shift-{shift.pk}")


def _tell(agent: Agent, title: str, body: str, lines: list[str], path: str, *, tag: str) -> None:
    """By every way there is. Raises what failed when none of them worked."""
    failures = push(agent, title=title, body=body, url=path, tag=tag)
    try:
        send_mail(title, "\n\n".join([*lines, settings.ASPA_URL + path]), None, [agent.email])
    except OSError as failure:
        raise (failures or [failure])[0] from failure


def _moment(moment: dt.datetime) -> str:
    local = timezone.localtime(moment)
    return f"{date_format(local, 'SHORT_DATE_FORMAT')} {date_format(local, 'TIME_FORMAT')}"
