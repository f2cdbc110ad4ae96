"""Who is to hear that an answer is soon due or late: in the browser, and of what is late by letter too."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.mail import send_mail
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from aspa.core.conversations import access
from aspa.core.conversations.models import Event
from aspa.core.people.models import Agent
from aspa.kit.tasks import task
from aspa.service.sla.models import Kind
from aspa.web.desk.ringing import push
from aspa.web.shell.templatetags.shell import soon

if TYPE_CHECKING:
    from aspa.core.conversations.events import Stretch


def tell_of(stretch: Stretch) -> None:
    """A journal subscriber. A letter goes to whom the policy names, else to those whose conversation it is."""
    for event in stretch.of(Event.Kind.SLA_WARNED, Event.Kind.SLA_BREACHED):
        agents, above = event.data["agents"], event.data["escalated"]
        is_late = event.kind == Event.Kind.SLA_BREACHED
        for agent_id in dict.fromkeys([*agents, *above]):
            alert.enqueue(
                conversation_id=event.conversation_id, agent_id=agent_id, target=event.data["target"],
                due=event.data["due"], is_late=is_late, by_letter=is_late and agent_id in (above or agents),
            )  # fmt: skip


@task(retries=3, backoff=20)
def alert(conversation_id: int, agent_id: int, target: str, due: str, is_late: bool, by_letter: bool) -> None:
    """Tell an agent, if they may still read the conversation. It carries no words of the customer's."""
    agent = Agent.objects.filter(pk=agent_id, is_active=True).first()
    conversation = access.conversations(agent).filter(pk=conversation_id).first() if agent else None
    if agent is None or conversation is None:
        return
    with translation.override(agent.language):
        says = _("%(target)s is late") if is_late else _("%(target)s is due soon")
        title = says % {"target": Kind(target).label}
        when = soon(dt.datetime.fromisoformat(due))
        body = " · ".join([conversation.brand.name, conversation.reference, when])
        path = reverse("desk:conversation", args=[conversation.pk])
        failures = push(agent, title=title, body=body, url=path, tag=f"sla-{conversation.pk}-{target}")
        if by_letter:
            letter = [body, _("Open the conversation:"), settings.ASPA_URL + path]
            send_mail(f"{title} · {conversation.reference}", "\n\n".join(letter), None, [agent.email])
        elif failures:
            raise failures[0]
