"""The report of promises: what agents promised, and whether it was kept."""

from __future__ import annotations

import csv

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from aspa.service.promises import report
from aspa.web.settings.doors import AgentRequest, settings_needed

# A table program takes what begins so for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@settings_needed
def kept(request: AgentRequest) -> HttpResponse:
    return render(request, "settings_pages/promises.html", {"months": report.months()})


@settings_needed
def kept_csv(request: AgentRequest) -> HttpResponse:
    answer = HttpResponse(
        content_type="text/csv; charset=utf-8", headers={"Content-Disposition": 'attachment; filename="promises.csv"'}
    )
    # By this mark table programs know UTF-8.
    answer.write("\ufeff")
    table = csv.writer(answer)
    table.writerow(
        [_("Date"), _("Team"), _("Made"), _("Kept"), _("Kept late"), _("Broken"), _("Moved"), _("Withdrawn")]
    )
    for day in report.days():
        name = day.team.name if day.team else ""
        counts = [getattr(day, count) for count in report.COUNTS]
        table.writerow([day.date.isoformat(), f"'{name}" if name.startswith(FORMULA) else name, *counts])
    return answer
