"""The lists of work: which conversations each holds, a page of them by keyset, and how many there are (bounded)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from aspa.core.conversations import access, reading
from aspa.core.conversations.models import Conversation, Mention
from aspa.web.desk.models import SavedView

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from aspa.core.people.models import Agent

PAGE = 30
# Counting stops here and says "99+": nobody needs the exact number, and no page may scan.
COUNT_CAP = 100
RECENT_MENTIONS = 300
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
MICROSECOND = dt.timedelta(microseconds=1)
Status = Conversation.Status


@dataclass(frozen=True, slots=True)
class Worklist:
    """`key` stands in addresses; `saved` when the agent made it."""

    key: str
    name: str
    icon: str
    saved: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """`more` is the keyset mark to ask the next page with, empty at the end."""

    rows: list[Conversation]
    more: str


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
        Worklist("mentions", _("Mentions"), "at-sign"),
        Worklist("snoozed", _("Snoozed"), "clock"),
        Worklist("closed", _("Ended"), "archive"),
    ]
    teams = [Worklist(f"team-{team.pk}", team.name, "users") for team in agent.teams.all()]
    saved = [Worklist(view.key, view.name, "bookmark", saved=True) for view in agent.saved_views.all()]
    return fixed[:4] + teams + fixed[4:] + saved


def choice(agent: Agent, key: str, filters: dict[str, int]) -> Choice:
    """What a key from an address means for this agent. Raises Http404 for another agent's saved view."""
    if not key.startswith("saved-"):
        return Choice(key, filters)
    try:
        view = agent.saved_views.get(pk=int(key.removeprefix("saved-")))
    except (ValueError, SavedView.DoesNotExist):
        raise Http404("No such view.") from None
    return Choice(view.base, {**view.filters, **filters})


def conversations(agent: Agent, chosen: Choice) -> QuerySet[Conversation]:
    """Everything in a list that the agent may read. Raises Http404 for an unknown list."""
    found = _narrow(access.conversations(agent), chosen.filters)
    match chosen.base.partition("-"):
        case "mine", "", "":
            return found.filter(assignee=agent, status=Status.OPEN)
        case "unassigned", "", "":
            return found.filter(assignee=None, status=Status.OPEN)
        case "all", "", "":
            return found.filter(status=Status.OPEN)
        case ("waiting" | "snoozed" | "closed") as status, "", "":
            return found.filter(status=status)
        case "mentions", "", "":
            recent = Mention.objects.filter(agent=agent).order_by("-id").values("conversation")[:RECENT_MENTIONS]
            return found.filter(pk__in=list(recent.values_list("conversation", flat=True)))
        case "team", "-", number if number.isdigit():
            return found.filter(team=int(number), status=Status.OPEN)
    raise Http404("No such list.")


def _narrow(found: QuerySet[Conversation], filters: dict[str, int]) -> QuerySet[Conversation]:
    fields = {"inbox": "inbox", "label": "labels", "assignee": "assignee", "priority": "priority"}
    return found.filter(**{fields[name]: value for name, value in filters.items() if name in fields})


def page(agent: Agent, chosen: Choice, *, before: str = "", only: Sequence[int] | None = None) -> Page:
    """One page, newest first, with what its rows show; `only` asks for these conversations alone."""
    found = conversations(agent, chosen)
    if only is not None:
        found = found.filter(pk__in=only)
    if before:
        moment, pk = parse_mark(before)
        found = found.filter(
            Q(last_activity_at__lt=moment) | Q(last_activity_at=moment, pk__lt=pk), last_activity_at__lte=moment
        )
    rows = list(found.order_by("-last_activity_at", "-pk").prefetch_related("labels")[: PAGE + 1])
    more = mark(rows[PAGE - 1]) if len(rows) > PAGE else ""
    rows = rows[:PAGE]
    unread = reading.unread_ids(agent, rows) if rows else set()
    for row in rows:
        row.is_unread = row.pk in unread  # type: ignore[attr-defined]
        row.mark = mark(row)  # type: ignore[attr-defined]
    return Page(rows, more)


def mark(conversation: Conversation) -> str:
    """A conversation's place in every list: microseconds of its last activity and its number."""
    return f"{(conversation.last_activity_at - EPOCH) // MICROSECOND}-{conversation.pk}"


def parse_mark(text: str) -> tuple[dt.datetime, int]:
    """The reverse of `mark`. Raises Http404 for anything else."""
    try:
        micro, pk = (int(part) for part in text.split("-"))
        return EPOCH + micro * MICROSECOND, pk
    except (ValueError, OverflowError):
        raise Http404("No such page.") from None


def counts(agent: Agent, keys: Iterable[str]) -> dict[str, int]:
    """How many conversations each list holds, at most COUNT_CAP; all in one query. Mentions count what is unseen."""
    parts: list[str] = []
    values: list[Any] = []
    counted: list[str] = []
    for key in keys:
        if key == "mentions":
            query = Mention.objects.filter(agent=agent, seen_at=None).values("pk")[:COUNT_CAP].query
        else:
            query = conversations(agent, Choice(key, {})).order_by().values("pk")[:COUNT_CAP].query
        try:
            sql, params = query.sql_with_params()
        except EmptyResultSet:
            continue
        counted.append(key)
        # The ORM wrote `sql`; its values travel apart from it.
        parts.append(f"(SELECT count(*) FROM ({sql}) AS counted)")  # noqa: S608
        values.extend(params)
    if not parts:
        return {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(parts), values)
        return dict(zip(counted, cursor.fetchone(), strict=True))
