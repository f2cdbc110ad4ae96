"""Signing in to Google's and Microsoft's mail servers: a refresh token gives access tokens for an hour each.

- https://developers.google.com/identity/protocols/oauth2/web-server#offline
- https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow#refresh-the-access-token
"""

from __future__ import annotations

import dataclasses
import threading
import time
from typing import TYPE_CHECKING, Any

import httpx2
from django.db import transaction
from django.utils.translation import gettext as _

from aspa.channels.email import settings
from aspa.core.inboxes.models import Inbox

if TYPE_CHECKING:
    from aspa.channels.email.settings import Settings

ADDRESSES = {
    "google": "https://oauth2.googleapis.com/token",
    "microsoft": "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token",
}
SCOPES = {
    "microsoft": "https://outlook.office.com/IMAP.AccessAsUser.All https://outlook.office.com/SMTP.Send offline_access",
}
SECONDS = 20
# A token is given up this long before it ends: what is begun with it should come to its end.
MARGIN = 120


class Refused(Exception):
    """The access has ended or was withdrawn: an admin has to sign in again. The text is for them."""


class Unreachable(Exception):
    """The provider doesn't answer; trying again helps."""


@dataclasses.dataclass(frozen=True, slots=True)
class _Token:
    value: str
    until: float


_known: dict[tuple[int, str], _Token] = {}
_lock = threading.Lock()


def access_token(inbox_id: int) -> str:
    """A valid token for the inbox's mail servers. Raises Refused or Unreachable."""
    with _lock:
        mine = settings.of(Inbox.objects.get(pk=inbox_id))
        key = (inbox_id, mine.oauth_refresh_token)
        known = _known.get(key)
        if known is None or known.until < time.monotonic():
            known, refresh_token = _fetch(mine)
            if refresh_token and refresh_token != mine.oauth_refresh_token:
                _keep(inbox_id, mine.oauth_refresh_token, refresh_token)
                key = (inbox_id, refresh_token)
            for old in [one for one in _known if one[0] == inbox_id]:
                del _known[old]
            _known[key] = known
        return known.value


def forget(inbox_id: int) -> None:
    """A server refused the token before its time: the next one is fetched anew."""
    with _lock:
        for key in [one for one in _known if one[0] == inbox_id]:
            del _known[key]


def refresh_token_for(mine: Settings, code: str, redirect_address: str) -> str:
    """What the code of an admin who has just agreed is worth. Raises Refused or Unreachable."""
    asked = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_address}
    _token, refresh_token = _ask(mine, asked)
    if not refresh_token:
        raise Refused(_("The access was given for an hour only. Try again."))
    return refresh_token


def _fetch(mine: Settings) -> tuple[_Token, str]:
    """The token, and the refresh token that replaces ours (Microsoft gives a new one each time) or ""."""
    return _ask(mine, {"grant_type": "refresh_token", "refresh_token": mine.oauth_refresh_token})


def _ask(mine: Settings, for_what: dict[str, str]) -> tuple[_Token, str]:
    asked = {
        **for_what,
        "client_id": mine.oauth_client_id,
        "client_secret": mine.oauth_client_secret,
        "scope": SCOPES.get(mine.oauth, ""),
    }
    address = ADDRESSES[mine.oauth].format(tenant=mine.oauth_tenant or "common")
    try:
        answer = httpx2.post(address, data={name: value for name, value in asked.items() if value}, timeout=SECONDS)
        said: dict[str, Any] = answer.json()
    except (httpx2.HTTPError, ValueError) as problem:
        raise Unreachable(_("The sign-in service doesn't answer.")) from problem
    if answer.status_code in (400, 401, 403):
        raise Refused(_refusal(mine, said))
    if answer.status_code != 200 or not isinstance(said.get("access_token"), str):
        raise Unreachable(_("The sign-in service doesn't answer."))
    seconds = int(said.get("expires_in") or 3600)
    token = _Token(said["access_token"], time.monotonic() + max(seconds - MARGIN, 30))
    return token, str(said.get("refresh_token") or "")


def _refusal(mine: Settings, said: dict[str, Any]) -> str:
    """RFC 6749 5.2."""
    name = {"google": "Google", "microsoft": "Microsoft"}[mine.oauth]
    if said.get("error") == "invalid_grant":
        return _("The access to %(name)s has expired or was withdrawn. Sign in again.") % {"name": name}
    if said.get("error") in ("invalid_client", "unauthorized_client"):
        return _("%(name)s doesn't accept the client's id or secret.") % {"name": name}
    words = str(said.get("error_description") or said.get("error") or "")
    return _("%(name)s refuses the access: %(words)s") % {"name": name, "words": words[:150]}


def _keep(inbox_id: int, old: str, new: str) -> None:
    with transaction.atomic():
        inbox = Inbox.objects.select_for_update().get(pk=inbox_id)
        # An admin may have signed in anew meanwhile.
        if inbox.settings.get("oauth_refresh_token") == old:
            inbox.settings = {**inbox.settings, "oauth_refresh_token": new}
            inbox.save(update_fields=["settings"])
