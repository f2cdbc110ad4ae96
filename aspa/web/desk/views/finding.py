"""The search box and the command palette's results."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render

from aspa.service.search.finding import find
from aspa.web.desk.doors import for_agents

if TYPE_CHECKING:
    from django.http import HttpResponse

    from aspa.web.desk.doors import AgentRequest


@for_agents
def search(request: AgentRequest) -> HttpResponse:
    words = request.GET.get("q", "").strip()[:100]
    found = find(request.user, words) if len(words) > 1 else None
    return render(request, "desk/found.html", {"found": found, "words": words})
