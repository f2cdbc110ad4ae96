"""Open hours and nobody there: those who could answer are told at once, in their browsers and by letter."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import send_mail
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from aspa.core.conversations import access
from aspa.core.inboxes.models import Inbox
from aspa.core.people.models import Agent, Role
from aspa.kit.tasks import task
from aspa.service.duty import rotas
from aspa.service.staffing import watching
from aspa.web.desk.ringing import push


def watch() -> None:
    """Look now, and alert where it is needed."""
    for inbox in watching.look():
        alert.enqueue(inbox_id=inbox.pk)


@task(retries=3, backoff=20)
def alert(inbox_id: int) -> None:
    """Tell the inbox's people. A retry may tell some of them again, which is better than nobody."""
    inbox = Inbox.objects.select_related("brand", "team").get(pk=inbox_id)
    failures: list[Exception] = []
    for agent in to_alert(inbox):
        with translation.override(agent.language):
            title = _("Nobody is in the chat of %(brand)s") % {"brand": inbox.brand.name}
            body = _("%(inbox)s says open, but nobody is there to answer.") % {"inbox": inbox.name}
            failures += push(agent, title=title, body=body, url=reverse("desk:home"), tag=f"nobody-{inbox.pk}")
            letter = "\n\n".join([body, _("Open the desk:"), settings.ASPA_URL + reverse("desk:home")])
            try:
                send_mail(title, letter, None, [agent.email])
            except OSError as failure:
                failures.append(failure)
    if failures:
        raise failures[0]


def to_alert(inbox: Inbox) -> list[Agent]:
    """The responsible team's members who may answer there; without a team, or with an empty one, everybody who may.

    And the person on duty.
    """
    able = access.agents_of([inbox.pk], Role.Permission.REPLY).prefetch_related("push_subscriptions")
    members = list(able.filter(teams=inbox.team)) if inbox.team else []
    told = members or list(able)
    return told + [agent for agent in rotas.on_duty_for(inbox) if agent not in told]
