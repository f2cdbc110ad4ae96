"""The desk's top line: what customers are told, who is there, how long the queue is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.shortcuts import render

from aspa.kit.bus import bus
from aspa.service.routing import present
from aspa.web.desk.doors import for_agents
from aspa.web.desk.truth import told

if TYPE_CHECKING:
    from aspa.web.desk.doors import AgentRequest


@for_agents
def line(request: AgentRequest) -> HttpResponse:
    return render(request, "shell/truth.html", {"truth": told(request.user), "present": len(present.present())})


@for_agents
def whole(request: AgentRequest) -> HttpResponse:
    """Inbox by inbox and name by name, behind the line."""
    return render(request, "desk/truth.html", {"truth": told(request.user), "people": _people()})


def _people() -> list[dict[str, Any]]:
    return present.merged(bus.find(present.PREFIX).values())
