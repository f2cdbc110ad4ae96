"""Inviting agents and ending their access."""

from __future__ import annotations

import logging

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
from aspa.web.settings.rights import other_owners

log = logging.getLogger(__name__)


def password_link(agent: Agent) -> str:
    """An address where the agent chooses a password. It works once and for three days."""
    key = default_token_generator.make_token(agent)
    path = reverse("account_reset_password_from_key", args=[user_pk_to_url_str(agent), key])
    return str(settings.ASPA_URL + path)


def send_invitation(agent: Agent, *, by: Agent, link: str) -> bool:
    """Send the link in the agent's language. False when the letter could not be sent."""
    with translation.override(agent.language):
        subject = _("%(name)s invites you to Aspa") % {"name": by.name}
        body = render_to_string("settings_pages/invitation.txt", {"agent": agent, "by": by, "link": link})
    try:
        send_mail(subject, body, None, [agent.email])
    except OSError:
        log.exception("An invitation could not be sent.")
        return False
    return True


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
