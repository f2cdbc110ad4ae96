"""The worklists and their rows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from aspa.core.conversations import access, events
from aspa.core.conversations.models import Conversation, Label
from aspa.kit.ids import row_id
from aspa.service.search.asking import LONGEST
from aspa.service.segments.models import Segment
from aspa.web.desk import worklists
from aspa.web.desk.answering import starting_inboxes
from aspa.web.desk.doors import Done, for_agents, is_part, told
from aspa.web.desk.models import SavedView
from aspa.web.desk.naming import name_by_address
from aspa.web.desk.rows import shown
from aspa.web.desk.words import words

if TYPE_CHECKING:
    from django.http import QueryDict

    from aspa.web.desk.doors import AgentRequest

FILTERS = ("inbox", "label", "assignee", "priority", worklists.SEGMENT)
# Lists whose number says that something is to be done.
COUNTED = ("mine", "unassigned", "waiting", "mentions", worklists.PROMISES)
TABS = 3


def filters_of(given_values: QueryDict) -> dict[str, int]:
    """The filters in an address or a form; what isn't a number is left out."""
    found = {}
    for name in FILTERS:
        value = str(given_values.get(name, ""))
        number = row_id(value.removeprefix("-"))
        if number is not None:
            found[name] = -number if value.startswith("-") else number
    return found


def desk_context(request: AgentRequest) -> dict[str, Any]:
    """Everything left of the conversation, for a whole page."""
    # Taken before anything is read: what happens while the page is made is told by the stream.
    cursor = str(events.head())
    return {"cursor": cursor, **lists_context(request), **rows_context(request), "words": words()}


def lists_context(request: AgentRequest) -> dict[str, Any]:
    agent = request.user
    found = worklists.worklists(agent)
    teams = [worklist.key for worklist in found if worklist.key.startswith("team-")]
    counts = worklists.counts(agent, [*COUNTED, *teams])
    found = [replace(worklist, count=counts.get(worklist.key, 0)) for worklist in found]
    key = request.GET.get("view", "mine")
    chosen = next((worklist for worklist in found if worklist.key == key), None)
    return {
        # Asked where it is drawn.
        "can_start": starting_inboxes(agent).exists,
        "lists": found,
        "counts": counts,
        "view": key,
        "chosen_list": chosen,
        "tabs": found[:TABS],
    }


def rows_context(request: AgentRequest) -> dict[str, Any]:
    key, filters = request.GET.get("view", "mine"), filters_of(request.GET)
    chosen = worklists.choice(request.user, key, filters)
    ids = map(row_id, request.GET.get("ids", "").split(","))
    only = [pk for pk in ids if pk is not None][: worklists.PAGE] or None
    page = worklists.page(request.user, chosen, before=request.GET.get("before", ""), only=only)
    name_by_address((row.contact, row.inbox) for row in page.rows)
    query = urlencode({"view": key, **filters})
    return {
        "rows": shown(
            page.rows,
            query=query,
            whose=chosen.base not in ("mine", "unassigned"),
            by=worklists.ORDERED_BY.get(chosen.base, ""),
        ),
        "more_rows": page.next,
        "view": key,
        "filters": filters,
        "query": query,
    }


@for_agents
def home(request: AgentRequest) -> HttpResponse:
    """The desk with a list and no conversation open; for a script only the list."""
    if is_part(request):
        return render(request, "desk/list.html", {**lists_context(request), **rows_context(request)})
    return render(request, "desk/desk.html", desk_context(request))


@for_agents
def rows(request: AgentRequest) -> HttpResponse:
    """The next page of rows (`before`), or the rows of single conversations (`ids`) as far as they are in the list."""
    return render(request, "desk/rows.html", rows_context(request))


@for_agents
def lists(request: AgentRequest) -> HttpResponse:
    """The lists' names with how many each holds."""
    return render(request, "desk/lists_part.html", lists_context(request))


@require_POST
@for_agents
def save_view(request: AgentRequest) -> HttpResponse:
    """Keep the chosen list and filters, or a search (`q`), under a name."""
    name = " ".join(request.POST.get("name", "").split())[:40]
    base = request.POST.get("view", "all")
    if not name:
        return HttpResponse(status=422)
    text = request.POST.get("q", "").strip()[:LONGEST]
    if text:
        saved = request.user.saved_views.create(name=name, base=SavedView.SEARCH, filters={"search": text})
        address = f"{reverse('desk:search')}?{urlencode({'q': text, 'view': saved.key})}"
        return told(Done(_("View saved."), go=address))
    chosen = worklists.choice(request.user, base, {})
    filters = filters_of(request.POST)
    view = request.user.saved_views.create(name=name, base=chosen.base, filters={**chosen.filters, **filters})
    return told(Done(_("View saved."), go=f"/desk/?view={view.key}"))


@require_POST
@for_agents
def remove_view(request: AgentRequest, view_id: int) -> HttpResponse:
    get_object_or_404(request.user.saved_views, pk=view_id).delete()
    return told(Done(_("View removed."), go="/desk/"))


def filter_choices(request: AgentRequest) -> dict[str, Any]:
    """What a list can be narrowed by."""
    agent = request.user
    inboxes = list(access.inboxes(agent))
    return {
        "inboxes": inboxes,
        "labels": Label.objects.filter(brand__in={inbox.brand_id for inbox in inboxes}).select_related("brand")[:100],
        "agents": access.agents_of(inbox.pk for inbox in inboxes)[:100],
        "priorities": Conversation.Priority.choices,
        "segments": Segment.objects.filter(brand__in={inbox.brand_id for inbox in inboxes}).select_related("brand"),
    }
