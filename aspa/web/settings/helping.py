"""Help before a contact: what was shown, what came of it, and which articles did it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.utils.translation import gettext as _

from aspa.service.deflection import report
from aspa.service.deflection.models import Outcome
from aspa.web.settings import spreadsheet
from aspa.web.settings.doors import AgentRequest, settings_needed

if TYPE_CHECKING:
    from django.http import HttpResponse


@settings_needed
def results(request: AgentRequest) -> HttpResponse:
    lines = [(came, report.articles(came.brand)) for came in report.came()]
    return render(request, "settings_pages/helping.html", {"lines": lines, "days": report.DAYS})


@settings_needed
def results_csv(request: AgentRequest) -> HttpResponse:
    outcomes = [(outcome.value, outcome.label) for outcome in Outcome]
    columns = [_("Date"), _("Brand"), _("Where"), _("Shown"), _("Read"), *(label for _value, label in outcomes)]
    rows = (
        [
            day.date.isoformat(), day.brand.name, day.get_where_display(), day.shown, day.opened,
            *(getattr(day, value) for value, _label in outcomes),
        ]
        for day in report.days()
    )  # fmt: skip
    return spreadsheet.answer("help.csv", columns, rows)
