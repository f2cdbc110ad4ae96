"""Lists of conversations: a page by its place and a count that stops early, however many are stored.

A list is read from indexes alone: where an agent sees only some inboxes, each inbox's index is read from its newest
end and the few rows of each are merged. Nothing is skipped over (no OFFSET), nothing is counted beyond a hundred.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from aspa.core.conversations import access
from aspa.core.conversations.models import Conversation, Mention
from aspa.core.inboxes.models import Inbox

if TYPE_CHECKING:
    from aspa.core.people.models import Agent

# Nobody needs the exact number of more.
COUNT_CAP = 100
RECENT_MENTIONS = 300
# Up to so many conversations are looked at one by one; beyond it an index is read.
FEW = 1000
# More inboxes than this are filtered while reading the index of them all: then an agent sees most of it anyway.
MOST_LANES = 40
FILTERS = ("brand", "inbox", "label", "assignee", "priority")
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
MICROSECOND = dt.timedelta(microseconds=1)

Status = Conversation.Status
Labelled = Conversation.labels.through


@dataclasses.dataclass(frozen=True, slots=True)
class Page:
    """The newest first. `next` is the place to ask for what comes after, empty at the end."""

    rows: list[Conversation]
    next: str


@dataclasses.dataclass(frozen=True, slots=True)
class Wanted:
    """What belongs to a list. `equal` are fields and their values; `inboxes` None means all of them."""

    equal: dict[str, int | str | None]
    inboxes: list[int] | None
    label: int | None = None
    mentions: Agent | None = None

    def has(self, row: Mapping[str, Any]) -> bool:
        return all(row[name] == value for name, value in self.equal.items()) and (
            self.inboxes is None or row["inbox_id"] in self.inboxes
        )


def page(
    agent: Agent,
    view: str,
    *,
    filters: Mapping[str, int] | None = None,
    before: str = "",
    only: Sequence[int] | None = None,
    limit: int = 40,
) -> Page:
    """A page of a list, with the labels of its rows.

    `view` is mine, unassigned, all, waiting, snoozed, closed, mentions or team-ID; `filters` (FILTERS) narrow it;
    `before` is the place from a page or a row (`place`); `only` asks which of these conversations are in the list.
    Raises LookupError for an unknown view and ValueError for what isn't a place.
    """
    wanted, after = _wanted(agent, view, filters or {}), parse_place(before) if before else None
    few = _few(wanted, only)
    ids = _among(few, wanted, after, limit + 1) if few is not None else _by_index(wanted, after, limit + 1)
    rows = _rows(ids[:limit])
    return Page(rows, place(rows[-1]) if len(ids) > limit and rows else "")


def counts(agent: Agent, views: Iterable[str]) -> dict[str, int]:
    """How many conversations each list holds, at most COUNT_CAP, in one query. Mentions count what is unseen."""
    parts, values, counted = [], [], []
    for view in views:
        if view == "mentions":
            lanes: list[QuerySet[Any]] = [Mention.objects.filter(agent=agent, seen_at=None).order_by("pk")]
        else:
            lanes = [lane.order_by("-last_activity_at", "-pk") for lane in _lanes(_wanted(agent, view, {}))]
        if lanes:
            sql, more = _union([lane.values("id")[:COUNT_CAP] for lane in lanes])
            parts.append(f"(SELECT count(*) FROM (SELECT 1 FROM ({sql}) AS found LIMIT {COUNT_CAP}) AS counted)")  # noqa: S608
            values += more
            counted.append(view)
    if not parts:
        return {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(parts), values)
        return dict(zip(counted, cursor.fetchone(), strict=True))


def place(conversation: Conversation) -> str:
    """A conversation's place in every list: microseconds of its last activity and its number."""
    return f"{(conversation.last_activity_at - EPOCH) // MICROSECOND}-{conversation.pk}"


def parse_place(text: str) -> tuple[dt.datetime, int]:
    """The reverse of `place`. Raises ValueError for anything else."""
    micro, dash, pk = text.partition("-")
    if not (dash and micro.isascii() and micro.isdigit() and pk.isascii() and pk.isdigit() and len(text) < 40):
        raise ValueError("That is not a place in a list.")
    try:
        return EPOCH + int(micro) * MICROSECOND, int(pk)
    except OverflowError as error:
        raise ValueError("That is not a place in a list.") from error


def _wanted(agent: Agent, view: str, filters: Mapping[str, int]) -> Wanted:
    equal, mentions = _of_view(agent, view)
    if "priority" in filters:
        equal["priority"] = filters["priority"]
    if "assignee" in filters and equal.setdefault("assignee_id", filters["assignee"]) != filters["assignee"]:
        # Mine, but somebody else's.
        return Wanted(equal, [])
    return Wanted(equal, _inboxes(agent, filters), filters.get("label"), agent if mentions else None)


def _of_view(agent: Agent, view: str) -> tuple[dict[str, int | str | None], bool]:
    """What a view asks of its conversations, and whether they are those with a mention of the agent."""
    match view.partition("-"):
        case "mine", "", "":
            return {"assignee_id": agent.pk, "status": Status.OPEN.value}, False
        case "unassigned", "", "":
            return {"assignee_id": None, "status": Status.OPEN.value}, False
        case "all", "", "":
            return {"status": Status.OPEN.value}, False
        case ("waiting" | "snoozed" | "closed") as status, "", "":
            return {"status": status}, False
        case "mentions", "", "":
            return {}, True
        case "team", "-", number if number.isascii() and number.isdigit() and len(number) < 10:
            return {"team_id": int(number), "status": Status.OPEN.value}, False
    raise LookupError(f"There is no list {view!r}.")


def _inboxes(agent: Agent, filters: Mapping[str, int]) -> list[int] | None:
    ids = access.reach(agent).inbox_ids()
    if "inbox" in filters:
        ids = [inbox for inbox in [filters["inbox"]] if ids is None or inbox in ids]
    if "brand" in filters:
        of_brand = set(Inbox.objects.filter(brand=filters["brand"]).values_list("pk", flat=True))
        ids = sorted(of_brand if ids is None else of_brand & set(ids))
    return ids


def _few(wanted: Wanted, only: Sequence[int] | None) -> set[int] | None:
    """The conversations among which the list is, when that is known and they are few."""
    few = None if only is None else set(only)
    if wanted.mentions is not None:
        recent = Mention.objects.filter(agent=wanted.mentions).order_by("-pk")
        mentioned = set(recent.values_list("conversation_id", flat=True)[:RECENT_MENTIONS])
        few = mentioned if few is None else few & mentioned
    if wanted.label is not None:
        labelled = Labelled.objects.filter(label_id=wanted.label).values_list("conversation_id", flat=True)
        if few is not None:
            return set(labelled.filter(conversation_id__in=few))
        ids = set(labelled[: FEW + 1])
        few = ids if len(ids) <= FEW else None
    return few


def _among(few: set[int], wanted: Wanted, after: tuple[dt.datetime, int] | None, limit: int) -> list[int]:
    """Looked up by number and compared here: asked to compare too, a database may prefer to read a big index."""
    names = ("pk", "last_activity_at", "inbox_id", "status", "assignee_id", "team_id", "priority")
    rows = [row for row in Conversation.objects.filter(pk__in=few).values(*names) if wanted.has(row)]
    places = sorted(((row["last_activity_at"], row["pk"]) for row in rows), reverse=True)
    return [pk for moment, pk in places if after is None or (moment, pk) < after][:limit]


def _by_index(wanted: Wanted, after: tuple[dt.datetime, int] | None, limit: int) -> list[int]:
    lanes = _lanes(wanted)
    if after is not None:
        moment, pk = after
        earlier = Q(last_activity_at__lt=moment) | Q(last_activity_at=moment, pk__lt=pk)
        # The second condition, though implied, is where the index begins to be read.
        lanes = [lane.filter(earlier, last_activity_at__lte=moment) for lane in lanes]
    if not lanes:
        return []
    sql, values = _union(
        [lane.order_by("-last_activity_at", "-pk").values("last_activity_at", "id")[:limit] for lane in lanes]
    )
    if not sql:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id FROM ({sql}) AS found ORDER BY last_activity_at DESC, id DESC LIMIT %s",  # noqa: S608
            [*values, limit],
        )
        return [row[0] for row in cursor.fetchall()]


def _lanes(wanted: Wanted) -> list[QuerySet[Conversation]]:
    """Queries that together are the list; each reads one index from its newest end."""
    found = Conversation.objects.filter(**wanted.equal)
    if wanted.label is not None:
        found = found.filter(Exists(Labelled.objects.filter(label_id=wanted.label, conversation_id=OuterRef("pk"))))
    priority = wanted.equal.get("priority") or 0
    if isinstance(priority, int) and priority > 0:
        # Says what the partial index holds: SQLite doesn't look into bound values.
        found = found.extra(where=["priority > 0"])
    if wanted.inboxes is None:
        return [found]
    # The indexes of agents, teams and priorities hold little of other inboxes.
    small = wanted.equal.get("assignee_id") is not None or "team_id" in wanted.equal or bool(priority)
    if small or len(wanted.inboxes) > MOST_LANES:
        return [found.filter(inbox_id__in=wanted.inboxes)] if wanted.inboxes else []
    return [found.filter(inbox_id=inbox) for inbox in wanted.inboxes]


def _union(lanes: list[QuerySet[Any, Any]]) -> tuple[str, list[Any]]:
    parts: list[str] = []
    values: list[Any] = []
    for number, lane in enumerate(lanes):
        try:
            sql, more = lane.query.sql_with_params()
        except EmptyResultSet:
            # It asks for a value that the column can't hold.
            continue
        parts.append(f"SELECT * FROM ({sql}) AS lane{number}")  # noqa: S608
        values += more
    return " UNION ALL ".join(parts), values


def _rows(ids: list[int]) -> list[Conversation]:
    related = Conversation.objects.select_related("brand", "inbox", "contact", "assignee")
    # Decrypting each row's secrets, which a list doesn't show, took longer than reading the rows.
    related = related.defer("brand__identity_secret", "inbox__settings")
    rows = related.prefetch_related("labels").in_bulk(ids)
    return [rows[pk] for pk in ids if pk in rows]
