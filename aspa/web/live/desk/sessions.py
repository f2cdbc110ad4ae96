"""Who sits at the desk, as the cookie of a request tells beside Django."""

from __future__ import annotations

from http.cookies import CookieError, SimpleCookie
from importlib import import_module
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest

from aspa.core.people.models import Agent
from aspa.web.live import http
from aspa.web.shell.models import owes_two_step

if TYPE_CHECKING:
    from aspa.web.live.http import Scope


def signed_in(session_key: str) -> Agent | None:
    """The agent of a session, by Django's own rules; None when it has ended, the agent isn't active or owes the second step."""
    if not session_key:
        return None
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    user = get_user(request)
    return user if isinstance(user, Agent) and user.is_active and not owes_two_step(user) else None


def session_key(scope: Scope) -> str:
    try:
        morsel = SimpleCookie(http.header(scope, b"cookie")).get(settings.SESSION_COOKIE_NAME)
    except CookieError:
        return ""
    return morsel.value if morsel else ""
