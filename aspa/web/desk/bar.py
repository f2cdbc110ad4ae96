"""What the frame around every screen shows of the desk; a context processor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.functional import SimpleLazyObject

from aspa.service.duty import rotas

if TYPE_CHECKING:
    from django.http import HttpRequest


def bar(request: HttpRequest) -> dict[str, Any]:
    match = request.resolver_match
    section = "desk" if match and match.app_name in ("desk", "customers") else "settings"
    # Of a short-lived key, and only where it is drawn.
    duty = SimpleLazyObject(lambda: _duty(request))
    return {"bar": {"section": section, "duty": duty, "idle_minutes": settings.ASPA_IDLE_MINUTES}}


def _duty(request: HttpRequest) -> dict[str, str]:
    """{"until": when the agent's turn ends, or ""}; empty for who belongs to no rota."""
    agent: Any = request.user
    return rotas.duty_of(agent) or {}
