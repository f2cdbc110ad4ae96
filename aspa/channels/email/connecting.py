"""The button by which an admin lets Aspa into a mailbox at Google or Microsoft: the authorisation code flow (RFC 6749 4.1).

- https://developers.google.com/identity/protocols/oauth2/web-server
- https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.conf import settings as django_settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from aspa.channels.email import oauth
from aspa.channels.email.settings import of
from aspa.core.conversations import access
from aspa.core.conversations.access import Permission
from aspa.kit.ids import is_client_id, new_token

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from aspa.core.inboxes.models import Inbox

PAGES = {
    "google": "https://accounts.google.com/o/oauth2/v2/auth",
    "microsoft": "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/authorize",
}
SCOPES = {"google": "https://mail.google.com/", **oauth.SCOPES}
SIGNED = "aspa.channels.email.connecting"
MINUTES = 15
IN_SESSION = "mail_connecting"


@login_required
@require_GET
def begin(request: HttpRequest, public_id: str) -> HttpResponse:
    """To the provider's page, where the mailbox' owner agrees."""
    inbox = get_object_or_404(_inboxes(request), public_id=public_id if is_client_id(public_id) else "")
    settings = of(inbox)
    if not settings.oauth or not settings.oauth_client_id:
        messages.error(request, _("Choose Google or Microsoft, give the application's ID and secret, and save first."))
        return redirect(_page(inbox))
    request.session[IN_SESSION] = nonce = new_token(16)
    asked = {
        "client_id": settings.oauth_client_id,
        "redirect_uri": redirect_address(),
        "response_type": "code",
        "scope": SCOPES[settings.oauth],
        "state": TimestampSigner(salt=SIGNED).sign_object([inbox.pk, nonce]),
        "login_hint": settings.imap_user or settings.address,
        # Google gives a refresh token only so; Microsoft heeds the second alone.
        "access_type": "offline",
        "prompt": "consent",
    }
    return redirect(PAGES[settings.oauth].format(tenant=settings.oauth_tenant) + "?" + urlencode(asked))


@login_required
@require_GET
def finish(request: HttpRequest) -> HttpResponse:
    """Back from the provider's page, with a code that is worth a refresh token."""
    nonce = request.session.pop(IN_SESSION, "")
    try:
        signer = TimestampSigner(salt=SIGNED)
        inbox_id, told = signer.unsign_object(request.GET.get("state", ""), max_age=MINUTES * 60)
    except BadSignature:
        inbox_id, told = 0, ""
    if not nonce or told != nonce:
        messages.error(request, _("That took too long, or was begun elsewhere. Try again."))
        return redirect("settings:inboxes")
    inbox = get_object_or_404(_inboxes(request), pk=inbox_id)
    try:
        code = request.GET.get("code", "")
        if not code:
            raise oauth.Refused(_("The access was not given."))
        _keep(inbox, oauth.refresh_token_for(of(inbox), code, redirect_address()))
    except (oauth.Refused, oauth.Unreachable) as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _("Aspa may use the mailbox now."))
    return redirect(_page(inbox))


def redirect_address() -> str:
    """What the application registered at the provider must name."""
    return django_settings.ASPA_URL + reverse("email:connected")


def connect_address(inbox: Inbox) -> str:
    return reverse("email:connect", args=[inbox.public_id])


def _inboxes(request: HttpRequest) -> QuerySet[Inbox]:
    return access.inboxes(request.user, Permission.SETTINGS).filter(channel="email")  # type: ignore[arg-type]


def _page(inbox: Inbox) -> str:
    return reverse("settings:inbox", args=[inbox.pk])


def _keep(inbox: Inbox, refresh_token: str) -> None:
    inbox.settings = {**inbox.settings, "oauth_refresh_token": refresh_token}
    inbox.save(update_fields=["settings"])
    oauth.forget(inbox.pk)
