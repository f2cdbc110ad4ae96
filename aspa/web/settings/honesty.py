"""The honesty report: published hours beside the hours when somebody was there."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from aspa.core.conversations import access
from aspa.core.conversations.access import Permission
from aspa.service.staffing import report, watching
from aspa.web.settings.doors import AgentRequest, needs


@needs(Permission.SETTINGS, in_some_inbox=True)
def page(request: AgentRequest) -> HttpResponse:
    mine = set(access.inboxes(request.user, Permission.SETTINGS).values_list("pk", flat=True))
    watched = [inbox for inbox in watching.watched() if inbox.pk in mine]
    return render(request, "settings_pages/honesty.html", {"lines": report.honesty(watched), "days": report.DAYS})
