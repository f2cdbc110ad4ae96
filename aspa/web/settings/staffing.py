"""Inviting agents and ending their access."""

from __future__ import annotations

from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from aspa.core.conversations.changing import Refused
from aspa.core.people.models import Agent
from aspa.kit.tasks import task
from aspa.web.settings.rights import other_owners


def password_link(agent: Agent) -> str:
    """An address where the agent chooses a password. It works once and for three days."""
    key = default_token_generator.make_token(agent)
    path = reverse("account_reset_password_from_key", args=[user_pk_to_url_str(agent), key])
    return str(settings.ASPA_URL + path)


@task(retries=6, backoff=60)
def send_invitation(agent_id: int, by_id: int) -> None:
    """Send such a link in the agent's language. It is made here: a task's arguments may be read by others."""
    agent, by = Agent.objects.get(pk=agent_id), Agent.objects.get(pk=by_id)
    with translation.override(agent.language):
        subject = _("%(name)s invites you to Aspa") % {"name": by.name}
        about = {"agent": agent, "by": by, "link": password_link(agent)}
        body = render_to_string("settings_pages/invitation.txt", about)
    send_mail(subject, body, None, [agent.email])


def deactivate(agent: Agent, *, by: Agent) -> None:
    """End the agent's access at once. Raises Refused for oneself and for the last owner."""
    if agent.pk == by.pk:
        raise Refused(_("You can't turn off your own account."), code="self")
    if agent.is_owner and not other_owners(agent).exists():
        raise Refused(_("The last owner has to stay."), code="last_owner")
    agent.is_active = False
    agent.save(update_fields=["is_active"])
    end_sessions(agent)


def activate(agent: Agent) -> None:
    agent.is_active = True
    agent.save(update_fields=["is_active"])


def end_sessions(agent: Agent) -> None:
    """Sign the agent out everywhere."""
    for session in UserSession.objects.filter(user=agent):
        session.end()


def address_changed(agent: Agent) -> None:
    """The old address must not open the account any more."""
    EmailAddress.objects.filter(user=agent).exclude(email__iexact=agent.email).delete()
