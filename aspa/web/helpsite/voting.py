"""Did it help? A word in one tap, then the reason, and the way to a human."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from aspa.kit.rates import Buckets
from aspa.service.knowledge import feedback
from aspa.service.knowledge.models import Vote
from aspa.web.helpsite import articles, guards
from aspa.web.helpsite.readers import HelpRequest, for_readers, voter_of
from aspa.web.helpsite.showing import address, shown

if TYPE_CHECKING:
    from django.http import HttpResponse

    from aspa.service.knowledge.models import Version

# Whoever throws cookies away could vote for ever: a network has so many votes on one article, then one in an hour.
_votes = Buckets(1 / 3600, 20)


@require_http_methods(["GET", "HEAD", "POST"])
@for_readers
def vote(request: HelpRequest, slug: str) -> HttpResponse:
    """POST `helped` (yes, no) or `reason` (with `text`); GET asks why not, and shows the way to a human."""
    version = articles.version_at(request, slug)
    if request.method != "POST":
        return _why(request, version, asks=request.GET.get("said") != "why")
    if request.POST.get("reason") in Vote.Reason.values:
        text = "" if guards.too_fast(request) else request.POST.get("text", "")
        feedback.explain(version, voter_of(request), reason=request.POST["reason"], text=text)
        return redirect(f"{request.path}?said=why")
    helped = request.POST.get("helped") == "yes"
    if request.POST.get("helped") in ("yes", "no") and not _votes.take(f"{version.pk} {guards.network_of(request)}"):
        feedback.vote(version, voter_of(request), helped=helped, contact=request.contact)
    return redirect(f"{address(request, 'article', slug=slug)}?said=helped#helped" if helped else request.path)


def _why(request: HelpRequest, version: Version, *, asks: bool) -> HttpResponse:
    values = {
        "version": version,
        "asks": asks,
        "reasons": Vote.Reason.choices,
        "longest": feedback.LONGEST,
        "trail": [*articles.trail_of(request, version), (version.title, version.url())],
    }
    return shown(request, "helpsite/why.html", values, index=False, canonical=version.url(), alternates={})
