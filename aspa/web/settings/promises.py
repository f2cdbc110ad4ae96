"""The report of promises: what agents promised, and whether it was kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.utils.translation import gettext as _

from aspa.service.promises import report
from aspa.web.settings import spreadsheet
from aspa.web.settings.doors import AgentRequest, settings_needed

if TYPE_CHECKING:
    from django.http import HttpResponse


@settings_needed
def kept(request: AgentRequest) -> HttpResponse:
    return render(request, "settings_pages/promises.html", {"months": report.months()})


@settings_needed
def kept_csv(request: AgentRequest) -> HttpResponse:
    columns = [_("Date"), _("Team"), _("Made"), _("Kept"), _("Kept late"), _("Broken"), _("Moved"), _("Withdrawn")]
    rows = (
        [day.date.isoformat(), day.team.name if day.team else "", *(getattr(day, count) for count in report.COUNTS)]
        for day in report.days()
    )
    return spreadsheet.answer("promises.csv", columns, rows)
