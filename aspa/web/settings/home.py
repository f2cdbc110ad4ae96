from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render

from aspa.core.conversations.access import Permission, reach
from aspa.web.settings.beginning import steps
from aspa.web.settings.doors import AgentRequest
from aspa.web.settings.sections import open_to


@login_required
def home(request: AgentRequest) -> HttpResponse:
    page = {
        "groups": open_to(request.user),
        "steps": steps() if reach(request.user).may(Permission.SETTINGS) else [],
    }
    return render(request, "settings_pages/home.html", page)
