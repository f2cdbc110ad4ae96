"""The lists of work that an agent has, and a page of one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import Http404
from django.utils.translation import gettext as _

from aspa.core.conversations import lists
from aspa.core.conversations.rows import select
from aspa.core.people.models import Team
from aspa.kit.ids import row_id
from aspa.service.promises import watching
from aspa.service.sla import due
from aspa.web.desk import of_segment
from aspa.web.desk.models import SavedView

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from aspa.core.people.models import Agent

PAGE = 30
# What is to be kept, the most urgent first: ordered by that, so it is no list of the core.
PROMISES = "promises"
# What is to be answered, the most urgent first.
DUE = "due"
# The filter that isn't the core's.
SEGMENT = "segment"
ORDERED_BY = {PROMISES: "promise", DUE: "countdown"}
MY_TEAMS = "t.id IN (SELECT team_id FROM people_team_members WHERE agent_id = %s) ORDER BY t.name, t.id"
MY_VIEWS = "t.agent_id = %s ORDER BY t.name, t.id"


@dataclass(frozen=True, slots=True)
class Worklist:
    """`key` stands in addresses; `saved` when the agent made it; `count` is what a badge says, 0 when not counted.

    `looks_for`: it is a saved search and no list, which would have to be searched anew to be counted.
    """

    key: str
    name: str
    icon: str
    saved: bool = False
    count: int = 0
    looks_for: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """What the agent has chosen to look at: a worklist and what narrows it."""

    base: str
    filters: dict[str, int]


def worklists(agent: Agent) -> list[Worklist]:
    """The lists this agent has, in order."""
    fixed = [
        Worklist("mine", _("Mine"), "user"),
        Worklist("unassigned", _("Unassigned"), "inbox"),
        Worklist("waiting", _("Waiting"), "hourglass"),
        Worklist("all", _("All open"), "layers"),
        Worklist(DUE, _("Due next"), "alarm-clock"),
        Worklist(PROMISES, _("Promises"), "clock"),
        Worklist("mentions", _("Mentions"), "at-sign"),
        Worklist("snoozed", _("Snoozed"), "clock"),
        Worklist("closed", _("Ended"), "archive"),
    ]
    teams = [Worklist(f"team-{team.pk}", team.name, "users") for team in select(Team, MY_TEAMS, [agent.pk])]
    saved = [_saved(view) for view in select(SavedView, MY_VIEWS, [agent.pk])]
    return fixed[:4] + teams + fixed[4:] + saved


def _saved(view: SavedView) -> Worklist:
    icon = "search" if view.looks_for else "bookmark"
    return Worklist(view.key, view.name, icon, saved=True, looks_for=view.looks_for)


def choice(agent: Agent, key: str, filters: dict[str, int]) -> Choice:
    """What a key from an address means for this agent. Raises Http404 for another agent's saved view."""
    if not key.startswith("saved-"):
        return Choice(key, filters)
    try:
        view = agent.saved_views.get(pk=row_id(key.removeprefix("saved-")) or 0)
    except SavedView.DoesNotExist:
        raise Http404("No such view.") from None
    return Choice(view.base, {**view.filters, **filters})


def page(agent: Agent, chosen: Choice, *, before: str = "", only: Sequence[int] | None = None) -> lists.Page:
    """One page; `only` asks for these conversations alone.

    Raises Http404 for a list that doesn't exist or a mark that isn't one.
    """
    if chosen.base in ORDERED_BY:
        wanted = _promised(agent, only) if chosen.base == PROMISES else due.next_for(agent, only)
        return lists.Page(sorted(lists.some(agent, wanted), key=lambda row: wanted.index(row.pk)), "")
    try:
        if SEGMENT in chosen.filters:
            return of_segment.page(agent, chosen, before=before, only=only, limit=PAGE)
        return lists.page(agent, chosen.base, filters=chosen.filters, before=before, only=only, limit=PAGE)
    except (LookupError, ValueError):
        raise Http404("No such list.") from None


def counts(agent: Agent, keys: Iterable[str]) -> dict[str, int]:
    """How many conversations each list holds, counted to a hundred. Mentions count what is unseen."""
    keys = set(keys)
    counted = lists.counts(agent, keys - {PROMISES})
    return {**counted, PROMISES: len(watching.on_agent(agent))} if PROMISES in keys else counted


def _promised(agent: Agent, only: Sequence[int] | None) -> list[int]:
    """The conversations with promises that the agent is to keep."""
    return [pk for pk in dict.fromkeys(watching.on_agent(agent)) if only is None or pk in only]
