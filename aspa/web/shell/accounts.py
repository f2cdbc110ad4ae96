"""How allauth serves our agents: nobody signs up by themselves, and second-step secrets are encrypted at rest."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as requests
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from aspa.kit import secrets
from aspa.web.shell.models import two_step_required
from aspa.web.shell.tasks import send_letter

if TYPE_CHECKING:
    from allauth.mfa.models import Authenticator
    from django.http import HttpRequest

# Arriving at the desk says it already, or seeing the codes.
UNSAID = {
    "account/messages/logged_in.txt",
    "account/messages/logged_out.txt",
    "mfa/messages/recovery_codes_generated.txt",
}


class AgentAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Agents are invited."""
        return False

    def add_message(
        self, request: HttpRequest, level: int, message_template: str = "", *args: Any, **kwargs: Any
    ) -> None:
        if message_template not in UNSAID:
            super().add_message(request, level, message_template, *args, **kwargs)

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Links in letters start with our public address, whatever Host the request claimed."""
        return settings.ASPA_URL + public_path(super().get_reset_password_from_key_url(key))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Sent by a task. A mail server that is slow or out of order must not tell which addresses are known: to others
        nothing is sent, and their page is answered at once."""
        letter = self.render_mail(template_prefix, email, {"request": requests.request, "email": email, **context})
        told = {"subject": letter.subject, "body": letter.body, "from_email": letter.from_email, "to": letter.to}
        send_letter.enqueue(sealed=secrets.encrypt(json.dumps(told)))


class AgentMFAAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "cannot_delete_authenticator": _("Your company requires two-step sign-in, so it can't be turned off."),
    }

    def encrypt(self, text: str) -> str:
        return secrets.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return secrets.decrypt(encrypted_text)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        return not two_step_required()


def public_path(address: str) -> str:
    """The path of an absolute address."""
    return "/" + address.split("://", 1)[-1].partition("/")[2]
