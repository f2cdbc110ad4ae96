"""What the editor says of a text before it is published."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from aspa.kit.rates import Buckets
from aspa.service.knowledge import checking
from aspa.service.knowledge.models import LONGEST_BODY
from aspa.service.knowledge.tasks import look_at_links
from aspa.web.content.doors import AgentRequest, version_for, writer

ICONS = {
    checking.Weight.MUST: "circle-alert",
    checking.Weight.SHOULD: "triangle-alert",
    checking.Weight.FINE: "circle-check",
}
# Others' pages aren't asked at every key: once at first, then every few seconds.
_asking = Buckets(rate_per_s=0.2, burst=3)


@require_POST
@writer
def checks(request: AgentRequest, version_id: int) -> HttpResponse:
    version = version_for(request.user, version_id)
    text = request.POST.get("body", "")[:LONGEST_BODY]
    found = checking.check(request.POST.get("title", ""), text, version.language)
    if found.waiting and not _asking.take(str(request.user.pk)):
        look_at_links.enqueue(found.waiting)
    lines = [(ICONS[one.weight], one) for one in sorted(found.findings, key=lambda one: list(ICONS).index(one.weight))]
    return render(request, "content/checks.html", {"lines": lines, "waiting": found.waiting})
