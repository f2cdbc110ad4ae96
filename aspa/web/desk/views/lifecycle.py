"""How a conversation lives and ends from the desk: ask, wait, snooze, set aside, reopen. There is no "close"."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from aspa.channels.email.blocking import blockable
from aspa.core.conversations import access, lifecycle, own_page
from aspa.core.conversations.changing import Refused
from aspa.core.people.models import Role
from aspa.kit import clock
from aspa.web.desk.doors import Done, for_agents, refused, told, verb
from aspa.web.desk.views.sorting import url
from aspa.web.shell.templatetags.shell import soon

if TYPE_CHECKING:
    from django.http import HttpResponse

    from aspa.core.conversations.models import Conversation
    from aspa.web.desk.doors import AgentRequest

MORNING = dt.time(9)
EVENING = dt.time(17)


@require_POST
@for_agents
def ask(request: AgentRequest, conversation_id: int) -> HttpResponse:
    """As other verbs, but what has come meanwhile and waits for an answer is shown."""
    found = access.conversation_for(request.user, conversation_id, may=Role.Permission.REPLY)
    try:
        lifecycle.ask_if_solved(found, by=request.user)
    except Refused as refusal:
        questions = reverse("desk:menu", args=[found.pk, "unanswered"]) if refusal.code == "unanswered" else ""
        return refused(refusal, ask=questions)
    return told(Done(_("The customer is asked whether this is solved.")), found)


@verb()
def wait(request: AgentRequest, conversation: Conversation) -> Done:
    lifecycle.wait_for_customer(conversation, by=request.user)
    return Done(_("Waiting for the customer."))


@verb()
def snooze(request: AgentRequest, conversation: Conversation) -> Done:
    until = snooze_time(request.POST.get("until", ""))
    lifecycle.snooze(conversation, by=request.user, until=until)
    return Done(
        _("Snoozed: back %(when)s.") % {"when": soon(until)},
        undo={"url": url("wake", conversation), "values": {}},
    )


def snooze_time(text: str) -> dt.datetime:
    """A moment from a form, in the agent's time when it names no zone. Raises Refused."""
    try:
        moment = parse_datetime(text)
    except ValueError:
        moment = None
    if moment is None:
        raise Refused(_("Choose a day and a time."), code="time")
    return timezone.make_aware(moment) if timezone.is_naive(moment) else moment


def snooze_choices() -> list[tuple[str, dt.datetime]]:
    """Times people mean, those still ahead."""
    minute = clock.now().replace(second=0, microsecond=0)
    now = timezone.localtime(minute)
    today = now.date()

    def at(day: dt.date, time: dt.time) -> dt.datetime:
        return timezone.make_aware(dt.datetime.combine(day, time))

    tomorrow = today + dt.timedelta(days=1)
    monday = today + dt.timedelta(days=7 - today.weekday())
    choices = [
        (_("In an hour"), timezone.localtime(minute + dt.timedelta(hours=1))),
        (_("In three hours"), timezone.localtime(minute + dt.timedelta(hours=3))),
        (_("This afternoon"), at(today, EVENING)),
        (_("Tomorrow morning"), at(tomorrow, MORNING)),
        *([(_("Next Monday"), at(monday, MORNING))] if monday != tomorrow else []),
        (_("In two weeks"), at(today + dt.timedelta(days=14), MORNING)),
    ]
    return [(name, moment) for name, moment in choices if moment > now]


@verb()
def wake(request: AgentRequest, conversation: Conversation) -> Done:
    lifecycle.wake(conversation, by=request.user)
    return Done(_("Back in the list."))


@verb(may=Role.Permission.MODERATE)
def set_aside(request: AgentRequest, conversation: Conversation) -> Done:
    how, reason = request.POST.get("how", ""), request.POST.get("reason", "")
    lifecycle.set_aside(conversation, by=request.user, how=how, reason=reason)
    text = _("Set aside. The reason is in the log.")
    blocked = blockable(conversation) if how == conversation.ClosedHow.SPAM else []
    if blocked:
        text = _("Set aside. Mail from %(addresses)s is blocked from now on.") % {"addresses": ", ".join(blocked)}
    return Done(text, undo={"url": url("reopen", conversation), "values": {}})


@verb()
def void_links(request: AgentRequest, conversation: Conversation) -> Done:
    own_page.renew(conversation, by=request.user)
    return Done(_("The links that the customer has been given open nothing any more. The next letter has a new one."))


@verb()
def reopen(request: AgentRequest, conversation: Conversation) -> Done:
    lifecycle.reopen(conversation, by=request.user)
    return Done(_("Open again."))
