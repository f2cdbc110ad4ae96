"""What the frame around every screen shows of the desk; a context processor, asked only where it is drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.functional import SimpleLazyObject

from aspa.service.routing.present import present
from aspa.web.desk import worklists

if TYPE_CHECKING:
    from django.http import HttpRequest

BADGES = ("mine", "unassigned")


def bar(request: HttpRequest) -> dict[str, Any]:
    return {"bar": SimpleLazyObject(lambda: _bar(request))}


def _bar(request: HttpRequest) -> dict[str, Any]:
    agent: Any = request.user
    match = request.resolver_match
    counts = getattr(request, "desk_counts", None)
    if counts is None:
        counts = worklists.counts(agent, BADGES)
    return {
        "section": "desk" if match and match.app_name == "desk" else "settings",
        "present": len(present()),
        "unassigned": counts.get("unassigned", 0),
        "mine": counts.get("mine", 0),
    }
