"""The search: a page of its own, and what the palette shows of it as one types."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.db import DatabaseError
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from aspa.kit.ids import row_id
from aspa.service.search import offering
from aspa.service.search.asking import LONGEST
from aspa.service.search.finding import PAGE, Found, find, find_typed
from aspa.web.desk.doors import for_agents, is_part
from aspa.web.desk.found import hints, search_terms, shown
from aspa.web.desk.models import SavedView

if TYPE_CHECKING:
    from collections.abc import Callable

    from aspa.core.people.models import Agent
    from aspa.web.desk.doors import AgentRequest

logger = logging.getLogger(__name__)

# What the palette shows.
FEW = 6
# So many times the page goes on by itself where the time was up; then a person asks for more.
TURNS = 8


@for_agents
def search(request: AgentRequest) -> HttpResponse:
    """The page of what was found; for a script its next rows (`before`), or what the palette shows."""
    text = request.GET.get("q", "").strip()[:LONGEST]
    before = request.GET.get("before", "")
    if is_part(request) and not before:
        return render(request, "desk/found.html", _context(request, text, find_typed, most=FEW))
    turn = row_id(request.GET.get("turn", "")) or 0
    context = {
        **_context(request, text, _find, before=before),
        "saved": _saved(request),
        "goes_on": turn < TURNS,
        "turn": turn + 1,
    }
    return render(request, "desk/found_rows.html" if is_part(request) else "desk/search.html", context)


@for_agents
def offers(request: AgentRequest) -> HttpResponse:
    """What can be written where the caret stands (`at`, in characters): operators, and the names that they take."""
    text, at = request.GET.get("q", "")[:LONGEST], request.GET.get("at", "")
    place = int(at) if at.isascii() and at.isdigit() and len(at) < 5 else len(text)
    return render(request, "desk/search_offers.html", {"offers": offering.offers(request.user, text, place)})


def _saved(request: AgentRequest) -> SavedView | None:
    """The agent's saved search that is looked at."""
    number = row_id(request.GET.get("view", "").removeprefix("saved-"))
    if number is None:
        return None
    return request.user.saved_views.filter(pk=number, base=SavedView.SEARCH).first()


def _find(agent: Agent, text: str, *, before: str) -> Found:
    """Where the words as they stand find nothing, the last one may be no more than a beginning."""
    found = find(agent, text, before=before)
    return found if found.hits or found.next or before else find_typed(agent, text, most=PAGE)


def _context(request: AgentRequest, text: str, search: Callable[..., Found], **how: Any) -> dict[str, Any]:
    try:
        found, failed = search(request.user, text, **how), False
    except DatabaseError:
        logger.exception("A search failed.")
        found, failed = find(request.user, ""), True
    return {
        "found": found,
        "failed": failed,
        "text": text,
        "hits": shown(found.hits),
        "hints": hints(found),
        "more": _address(text, found) if found.next else "",
        "whole": f"{reverse('desk:search')}?{urlencode({'q': text})}",
        "is_first": not how.get("before"),
        "terms": search_terms(),
    }


def _address(text: str, found: Found) -> str:
    return f"{reverse('desk:search')}?{urlencode({'q': text, 'before': found.next})}"
