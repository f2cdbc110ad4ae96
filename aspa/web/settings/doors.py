"""Who may open which page of the settings."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from aspa.core.conversations.access import Permission, reach

if TYPE_CHECKING:
    from aspa.core.people.models import Agent

    class AgentRequest(HttpRequest):
        """A request whose user has signed in."""

        user: Agent
else:
    AgentRequest = HttpRequest

P = ParamSpec("P")
View = Callable[Concatenate[AgentRequest, P], HttpResponseBase]


def needs(permission: str, *, in_some_inbox: bool = False) -> Callable[[View[P]], View[P]]:
    """Only agents with the permission everywhere (or `in_some_inbox`) come in; others meet a 403, strangers sign in."""

    def guard(view: View[P]) -> View[P]:
        @functools.wraps(view)
        def guarded(request: AgentRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            mine = reach(request.user)
            if not (mine.may_anywhere(permission) if in_some_inbox else mine.may(permission)):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return login_required(guarded)

    return guard


settings_needed: Callable[[Any], Any] = needs(Permission.SETTINGS)
agents_needed: Callable[[Any], Any] = needs(Permission.AGENTS)
canned_needed: Callable[[Any], Any] = needs(Permission.CANNED)
