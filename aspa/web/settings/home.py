from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render

from aspa.web.settings.doors import AgentRequest
from aspa.web.settings.sections import open_to


@login_required
def home(request: AgentRequest) -> HttpResponse:
    return render(request, "settings_pages/home.html", {"groups": open_to(request.user)})
