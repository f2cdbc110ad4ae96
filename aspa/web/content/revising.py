"""What a version's text was before: compared, and brought back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from aspa.kit.ids import row_id
from aspa.service.knowledge import publishing
from aspa.service.knowledge.comparing import compared
from aspa.service.knowledge.models import Draft, Revision, Version
from aspa.web.content.doors import AgentRequest, revision_for, version_for, writer

PAGE = 60


@writer
def revisions(request: AgentRequest, version_id: int) -> HttpResponse:
    """The newest first, and two of them side by side: those that were chosen, else the newest and what is now."""
    version = version_for(request.user, version_id)
    every = list(Revision.objects.filter(version=version).select_related("by")[:PAGE])
    draft: Draft | None = getattr(version, "draft", None)
    old, new = _side(version, every, request.GET.get("old", "")), _side(version, every, request.GET.get("new", ""))
    if old is None and every:
        # Without a draft, what is now is the newest one itself.
        earlier = every if draft else every[1:]
        published = [one for one in earlier if one.what == Revision.What.PUBLISHED]
        old = (published or earlier or every)[0]
    page = {
        "version": version,
        "revisions": every,
        "draft": draft,
        "old": old,
        "new": new,
        "sides": _compared(old, new or draft or every[0]) if old else [],
    }
    return render(request, "content/revisions.html", page)


@require_POST
@writer
def restore(request: AgentRequest, version_id: int, number: int) -> HttpResponse:
    version = version_for(request.user, version_id)
    publishing.restore(revision_for(version, number), by=request.user)
    messages.success(
        request, _("Revision %(number)s is your draft now. Publish it when it is good.") % {"number": number}
    )
    return redirect("content:version", version.pk)


def _side(version: Version, every: list[Revision], chosen: str) -> Revision | None:
    number = row_id(chosen)
    if number is None:
        return None
    return next((one for one in every if one.number == number), None) or revision_for(version, number)


def _compared(old: Revision, new: Revision | Draft) -> list[object]:
    pairs = [
        (_("Title"), old.title, new.title),
        (_("Address"), old.slug, new.slug),
        (_("Summary"), old.summary, new.summary),
    ]
    found: list[object] = [(name, compared(before, after)) for name, before, after in pairs if before != after]
    return [*found, (_("Text"), compared(old.body, new.body))]
