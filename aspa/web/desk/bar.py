"""What the frame around every screen shows of the desk; a context processor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.conf import settings
from django.utils.functional import SimpleLazyObject

from aspa.core.conversations.access import Permission, reach
from aspa.service.duty import rotas

if TYPE_CHECKING:
    from django.http import HttpRequest

    from aspa.core.people.models import Agent


SECTIONS = {"desk": "desk", "customers": "desk", "content": "content"}


def bar(request: HttpRequest) -> dict[str, Any]:
    match = request.resolver_match
    section = SECTIONS.get(match.app_name if match else "", "settings")
    # Of a short-lived key, and only where it is drawn.
    duty = SimpleLazyObject(lambda: _duty(request))
    publishes = SimpleLazyObject(lambda: _publishes(request))
    return {
        "bar": {"section": section, "duty": duty, "publishes": publishes, "idle_minutes": settings.ASPA_IDLE_MINUTES}
    }


def _publishes(request: HttpRequest) -> str:
    """Where the agent looks after the help sites, "" for who doesn't; known from what the page has asked anyway."""
    mine = reach(cast("Agent", request.user))
    if mine.may_anywhere(Permission.CONTENT):
        return "/content/"
    return "/content/moderation/" if mine.may_anywhere(Permission.COMMUNITY) else ""


def _duty(request: HttpRequest) -> dict[str, str]:
    """{"until": when the agent's turn ends, or ""}; empty for who belongs to no rota."""
    agent: Any = request.user
    return rotas.duty_of(agent) or {}
