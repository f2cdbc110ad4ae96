"""What holds for every answer, and for every request of a signed-in agent."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from allauth.usersessions.middleware import UserSessionsMiddleware
from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation

from aspa.kit.ids import token_hash
from aspa.web.shell.models import owes_two_step

if TYPE_CHECKING:
    Respond = Callable[[HttpRequest], HttpResponseBase]

LANGUAGES = dict(settings.LANGUAGES)
SEEN_SECONDS = 300
# What an agent who still has to turn on two-step sign-in may open.
TWO_STEP_PATHS = {
    "mfa_activate_totp",
    "account_logout",
    "account_reauthenticate",
    "mfa_reauthenticate",
    "set_language",
    "shell_picture",
}


class HeadersMiddleware:
    """What no page of ours may ask of the browser; and who says nothing of caches answers the one who asks, alone: a
    cache that many share, and the next one at the same computer, must not get a page of the settings."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", settings.PERMISSIONS_POLICY)
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response


class AgentLanguageMiddleware:
    """A signed-in agent reads Aspa in the language of their own choice, others as the browser asks."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        agent: Any = request.user
        if agent.is_authenticated and agent.language in LANGUAGES:
            translation.activate(agent.language)
            request.LANGUAGE_CODE = translation.get_language()
        return self.get_response(request)


class SessionSeenMiddleware(UserSessionsMiddleware):
    """Notes when and where a session was last used: every few minutes, so that reading pages doesn't mean writing."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        key = request.session.session_key
        if key and caches["process"].add(f"shell:seen:{token_hash(key)}", 1, SEEN_SECONDS):
            return super().__call__(request)
        return self.get_response(request)


class TwoStepMiddleware:
    """Where the company requires two-step sign-in, nothing else opens before it is turned on."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *args: Any) -> HttpResponseBase | None:
        agent: Any = request.user
        match = request.resolver_match
        if not agent.is_authenticated or (match and match.url_name in TWO_STEP_PATHS) or not owes_two_step(agent):
            return None
        if "HX-Request" in request.headers:
            return HttpResponse(status=403, headers={"HX-Redirect": reverse("mfa_activate_totp")})
        return redirect("mfa_activate_totp")
