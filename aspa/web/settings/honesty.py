"""The honesty report: published hours beside the hours when somebody was there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import render

from aspa.core.conversations import access
from aspa.core.conversations.access import Permission
from aspa.core.inboxes.models import Inbox
from aspa.service.staffing import report, watching
from aspa.web.settings import spreadsheet
from aspa.web.settings.doors import AgentRequest, needs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpResponse

# As programs read them.
COLUMNS = ("brand", "inbox", "date", "open_minutes", "staffed_minutes", "staffed_share", "longest_gap_minutes")


@needs(Permission.SETTINGS, in_some_inbox=True)
def page(request: AgentRequest) -> HttpResponse:
    context = {"lines": report.honesty(_watched(request)), "days": report.DAYS, "weeks": report.WEEKS}
    return render(request, "settings_pages/honesty.html", context)


@needs(Permission.SETTINGS, in_some_inbox=True)
def as_csv(request: AgentRequest) -> HttpResponse:
    """Every counted day of the report's weeks."""
    return spreadsheet.answer("honesty.csv", COLUMNS, _days(_watched(request)))


def _days(inboxes: list[Inbox]) -> Iterator[tuple[Any, ...]]:
    days, gaps = report.counted(inboxes)
    for inbox in inboxes:
        for day in days[inbox.pk]:
            gap = gaps[inbox.pk].get(day.date)
            minutes = round(gap.length.total_seconds() / 60) if gap else 0
            times = (day.open_seconds // 60, day.staffed_seconds // 60, f"{day.share:.3f}", minutes)
            yield inbox.brand.name, inbox.name, day.date.isoformat(), *times


def _watched(request: AgentRequest) -> list[Inbox]:
    mine = set(access.inboxes(request.user, Permission.SETTINGS).values_list("pk", flat=True))
    return [inbox for inbox in watching.watched() if inbox.pk in mine]
